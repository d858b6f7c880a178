"""What is wrong with a file, or with what it says beyond what runs here, in Chinese and in English."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    # the file as a whole
    "too_large": (
        "文件超过 {limit} MiB，无法读取。请拆成几个流程后分别上传。",
        "The file is larger than {limit} MiB and was not read. Please split it into several processes.",
    ),
    "too_many_elements": (
        "元素超过 {limit} 个，无法读取。请拆成几个流程后分别上传。",
        "There are more than {limit} elements. Please split the file into several processes.",
    ),
    "too_many_attributes": (
        "一个元素的属性超过 {limit} 个。请核对这个文件是否由流程设计工具导出。",
        "An element has more than {limit} attributes. Please check that a modelling tool has written this file.",
    ),
    "too_many_joins": (
        "包容网关的汇合太多（{count} 个），流程太大，无法运行。请拆成几个流程，用调用活动相连。",
        "There are too many inclusive joins ({count}) for a flow of this size to run. Please make several flows of it that "
        "call each other.",
    ),
    "too_deep": (
        "元素嵌套超过 {limit} 层，无法读取。请减少子流程的嵌套。",
        "Elements are nested more than {limit} levels deep. Please nest fewer sub-processes.",
    ),
    "doctype": (
        "文件含有 DOCTYPE 声明，出于安全不予读取。请删去该声明后重新上传。",
        "The file has a DOCTYPE declaration, which is refused for safety. Please remove it and upload the file again.",
    ),
    "bad_encoding": (
        "文件的文字编码（{encoding}）无法识别。请另存为 UTF-8 后重新上传。",
        "The text encoding ({encoding}) cannot be read. Please save the file as UTF-8 and upload it again.",
    ),
    "not_xml": (
        "文件不是完整的 XML：{detail}。请在流程设计工具中重新导出。",
        "The file is not well-formed XML: {detail}. Please export it again from your modelling tool.",
    ),
    "not_bpmn": (
        "文件不是 BPMN 2.0 流程图（根元素是 {tag}）。请上传流程设计工具导出的 .bpmn 文件。",
        "The file is no BPMN 2.0 diagram (its root is {tag}). Please upload the .bpmn file of a modelling tool.",
    ),
    "no_process": (
        "文件中没有流程。请至少画一个流程。",
        "There is no process in the file. Please draw at least one.",
    ),
    "not_executable": (
        "流程没有标为可执行。文件里没有别的可执行流程时，发布后运行的是第一个有开始的流程；不要运行的，请不要发布。",
        "The process is not marked executable. Where nothing else in the file is, what runs once published is the first process "
        "with a start; please do not publish what is not to run.",
    ),
    "no_drawing": (
        "文件没有图形信息，页面上无法画出流程。请用流程设计工具排好版后再导出。",
        "The file has no drawing, so pages cannot show the flow. Please lay it out in a modelling tool.",
    ),
    "not_drawn": (
        "图上没有画出这个元素。请在流程设计工具中把它画出来，或删去它。",
        "This element is not drawn. Please draw it in your modelling tool, or remove it.",
    ),
    "bad_diagram": (
        "图形的坐标无法读取。请在流程设计工具中移动一下该图形后重新导出。",
        "The shape's coordinates cannot be read. Please move it in your modelling tool and export again.",
    ),
    # ids and references
    "missing_id": ("{tag}缺少 id。请补上。", "The {tag} has no id. Please add one."),
    "duplicate_id": (
        "id“{id}”出现了不止一次。请给每个元素不同的 id。",
        "The id “{id}” stands more than once. Please give every element an id of its own.",
    ),
    "id_too_long": (
        "id“{id}”太长。请缩短到 {limit} 个字符以内。",
        "The id “{id}” is too long. Please shorten it to {limit} characters.",
    ),
    "name_too_long": (
        "名称或代号“{text}”太长。请缩短到 {limit} 个字符以内，详细内容写进说明。",
        "The name or key “{text}” is too long. Please shorten it to {limit} characters and put details into the documentation.",
    ),
    "dangling_reference": (
        "{attribute} 指向的“{reference}”不存在。请改为图中已有的元素，或删去这处引用。",
        "{attribute} refers to “{reference}”, which does not exist. Please refer to an element there is, or remove it.",
    ),
    "flow_end_missing": (
        "顺序流缺少 {attribute}。请把它的两端都连到节点上。",
        "The sequence flow has no {attribute}. Please connect both its ends.",
    ),
    # what does not run
    "unknown_job": (
        "服务任务要求的处理程序“{job}”没有安装。请核对作业类型，或请系统管理员先安装。",
        "The service task asks for the handler “{job}”, which is not installed. Check the type or install it.",
    ),
    "called_missing": (
        "没有写明调用哪个流程。请在属性里填写被调用流程的代号（calledElement）。",
        "It does not say which process is called. Please give the key of the called process (calledElement).",
    ),
    "binding_unknown": (
        "被调用流程的版本“{binding}”读不懂。请用 latest（最新）、deployment（发布时）、版本号或版本标签。",
        "The version “{binding}” of the called process cannot be read. Use latest, deployment, a number or a version tag.",
    ),
    "unknown_allowance": (
        "属性“{property}”的值“{value}”读不懂。请用 allow.send_back（start、previous、any）、allow.add（before、after、parallel）"
        "或 allow.remove（true），多个值用逗号分开。",
        "The property “{property}” has the value “{value}”. Use allow.send_back (start, previous, any), allow.add (before, after, "
        "parallel) or allow.remove (true), several values separated by commas.",
    ),
    "unknown_called": (
        "要调用的流程“{called}”没有已发布的版本。请先发布它；它在同一个文件里时，上传时填写它的流程 id。",
        "The called process “{called}” has no published version. Publish it first; if it is in the same file, upload the file "
        "with its process id.",
    ),
    "unknown_decision": (
        "业务规则任务要作的决策“{decision}”没有已发布的版本。请核对决策的 id，或先发布决策表。",
        "No published version has the decision “{decision}” of the business rule task. Please check its id, or publish the "
        "decision first.",
    ),
    "decision_missing": (
        "业务规则任务没有写明决策。请填写决策的 id（decisionId）。",
        "The business rule task names no decision. Please give the decision's id (decisionId).",
    ),
    "decision_and_job": (
        "业务规则任务同时写明了决策和作业类型。请只留一种。",
        "The business rule task names a decision and a job type. Please keep one of them.",
    ),
    "decision_result_unused": (
        "决策的结果没有存入变量。如需使用，请填写结果变量（resultVariable）。",
        "The decision's result goes into no variable. To use it, please name one (resultVariable).",
    ),
    "decision_binding": (
        "暂不支持按“{binding}”选定决策的版本，只按最新发布的版本。请改为 latest。",
        "The decision's version cannot be bound by “{binding}”; the latest published one is asked. Please use latest.",
    ),
    "decision_mapping": (
        "不认识决策结果的取法“{mapping}”。请改用 singleEntry、singleResult、collectEntries 或 resultList。",
        "The result mapping “{mapping}” is not known. Please use singleEntry, singleResult, collectEntries or resultList.",
    ),
    "unknown_field": (
        "属性“{property}”的值“{value}”读不懂。请写成“类型|标题”，类型为 boolean、number、text，或“choice|标题|选项,选项”。",
        "The property “{property}” has the value “{value}”. Write “kind|label” with boolean, number or text, or “choice|label|a,b”.",
    ),
    "unknown_form": (
        "用户任务要求的表单“{form}”不存在。请核对表单代号，或去掉它，用通用的办理页面。",
        "The user task asks for the form “{form}”, which does not exist. Check or remove its key.",
    ),
    "unsupported_element": (
        "暂不支持“{tag}”。请改用已支持的元素（见流程元素说明），或删去它。",
        "“{tag}” is not supported yet. Please use a supported element (see the BPMN profile), or remove it.",
    ),
    "unsupported_event": (
        "{tag}暂不支持“{event}”类型。请改用已支持的事件（见流程元素说明）。",
        "A {tag} of type “{event}” is not supported yet. Please use a supported event (see the BPMN profile).",
    ),
    "unsupported_extension": (
        "暂不支持扩展“{tag}”，它会改变流程的执行。请删去它，或改用服务任务。",
        "The extension “{tag}” would change execution and is not supported. Please remove it or use a service task.",
    ),
    "unknown_extension": (
        "扩展“{tag}”在本系统中不起作用。如不需要，请删去。",
        "The extension “{tag}” has no effect here. Please remove it if you do not need it.",
    ),
    "several_event_definitions": (
        "一个事件只能有一种触发方式。请拆成几个事件。",
        "An event can have one definition only. Please use several events.",
    ),
    "mapping_not_allowed": (
        "{tag}不能设置这种输入输出映射。请把映射移到任务上。",
        "A {tag} cannot have this input or output mapping. Please move it to a task.",
    ),
    "mapping_incomplete": (
        "输入输出映射缺少变量名。请补上目标变量。",
        "The mapping names no target variable. Please add one.",
    ),
    # drawing and style
    "drawn_over": (
        "图上与“{reference}”重叠。请移开其中一个。",
        "It is drawn over “{reference}”. Please move one of them.",
    ),
    "termination_superfluous": (
        "走到这里时没有别的分支在进行，不必终止。建议改为普通的结束事件。",
        "Nothing else can be going on when a case comes here, so there is nothing to terminate. A plain end event would do.",
    ),
}
