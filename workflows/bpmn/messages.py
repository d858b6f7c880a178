"""What the checker says, in Chinese and in English, side by side: what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from .model import Problem

# tag or event: (Chinese, English)
WORDS: Final[dict[str, tuple[str, str]]] = {
    "process": ("流程", "process"),
    "participant": ("泳池", "pool"),
    "lane": ("泳道", "lane"),
    "sequenceFlow": ("顺序流", "sequence flow"),
    "startEvent": ("开始事件", "start event"),
    "endEvent": ("结束事件", "end event"),
    "intermediateCatchEvent": ("中间捕获事件", "intermediate catch event"),
    "intermediateThrowEvent": ("中间抛出事件", "intermediate throw event"),
    "boundaryEvent": ("边界事件", "boundary event"),
    "task": ("任务", "task"),
    "userTask": ("用户任务", "user task"),
    "manualTask": ("手工任务", "manual task"),
    "serviceTask": ("服务任务", "service task"),
    "receiveTask": ("接收任务", "receive task"),
    "sendTask": ("发送任务", "send task"),
    "scriptTask": ("脚本任务", "script task"),
    "businessRuleTask": ("业务规则任务", "business rule task"),
    "callActivity": ("调用活动", "call activity"),
    "subProcess": ("子流程", "sub-process"),
    "eventSubProcess": ("事件子流程", "event sub-process"),
    "transaction": ("事务子流程", "transaction"),
    "adHocSubProcess": ("即席子流程", "ad-hoc sub-process"),
    "exclusiveGateway": ("排他网关", "exclusive gateway"),
    "parallelGateway": ("并行网关", "parallel gateway"),
    "inclusiveGateway": ("包容网关", "inclusive gateway"),
    "eventBasedGateway": ("事件网关", "event-based gateway"),
    "complexGateway": ("复杂网关", "complex gateway"),
    "standardLoopCharacteristics": ("标准循环", "standard loop"),
    "multiInstanceLoopCharacteristics": ("多实例", "multi-instance"),
    "isForCompensation": ("补偿活动", "compensation activity"),
    "instantiate": ("以接收任务启动流程", "receive task that starts a process"),
    "potentialOwner": ("资源分配 potentialOwner", "potentialOwner"),
    "humanPerformer": ("资源分配 humanPerformer", "humanPerformer"),
    "none": ("无触发条件", "no trigger"),
    "timer": ("定时", "timer"),
    "timeCycle": ("循环定时", "timer cycle"),
    "message": ("消息", "message"),
    "signal": ("信号", "signal"),
    "error": ("错误", "error"),
    "escalation": ("升级", "escalation"),
    "terminate": ("终止", "terminate"),
    "compensate": ("补偿", "compensation"),
    "conditional": ("条件", "conditional"),
    "cancel": ("取消", "cancel"),
    "link": ("链接", "link"),
}

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
        "流程没有标为可执行。如需运行，请把 isExecutable 设为 true。",
        "The process is not marked executable. To run it, please set isExecutable to true.",
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
    "fields_beside_form": (
        "用户任务既用已有表单“{form}”，又写了自己的填报项。请只留一种。",
        "The user task has the registered form “{form}” and fields of its own. Please keep one of them.",
    ),
    "field_unknown_part": (
        "填报项里的“{tag}”不认识。请删去，或核对拼写。",
        "“{tag}” of a field is not known. Please remove it, or check its spelling.",
    ),
    "field_too_many": (
        "一个环节最多 {limit} 个填报项。请分到几个环节，或改用表格。",
        "A step asks for at most {limit} fields. Please spread them over several steps, or use a table.",
    ),
    "field_twice": (
        "填报项代号“{field}”用了不止一次。请给每一项不同的代号。",
        "The field key “{field}” is used more than once. Please give every field a key of its own.",
    ),
    "field_key": (
        "填报项“{field}”的代号“{key}”不合要求。代号以字母或汉字开头，只含字母、汉字、数字和下划线。",
        "The key “{key}” of the field “{field}” cannot be used. It begins with a letter and has letters, digits and underscores.",
    ),
    "field_kind": (
        "填报项“{field}”的类型“{kind}”不认识。可用 text、longText、number、money、date、boolean、choice、multipleChoice、"
        "person、body、file、table。",
        "The type “{kind}” of the field “{field}” is not known. There are text, longText, number, money, date, boolean, choice, "
        "multipleChoice, person, body, file and table.",
    ),
    "field_column_kind": (
        "表格列“{field}”的类型不能用在表格里。列的类型可用 text、number、money、date、choice。",
        "The column “{field}” has a type tables do not take. Columns are text, number, money, date or choice.",
    ),
    "field_label": (
        "填报项“{field}”须有标题，不超过 {limit} 字；说明不超过 {help} 字。",
        "The field “{field}” needs a label of at most {limit} characters, and a help text of at most {help}.",
    ),
    "field_options": (
        "填报项“{field}”须有 1 至 {limit} 个选项，每个选项的值各不相同。",
        "The field “{field}” needs 1 to {limit} options with values of their own.",
    ),
    "field_no_options": (
        "填报项“{field}”不是选择题，不能有选项。请改类型，或删去选项。",
        "The field “{field}” is no choice and takes no options. Please change its type or remove them.",
    ),
    "field_columns": (
        "表格“{field}”须有 1 至 {limit} 列，每列代号各不相同。",
        "The table “{field}” needs 1 to {limit} columns with keys of their own.",
    ),
    "field_no_columns": (
        "填报项“{field}”不是表格，不能有列。请改类型，或删去列。",
        "The field “{field}” is no table and takes no columns. Please change its type or remove them.",
    ),
    "field_no_limits": (
        "填报项“{field}”的类型没有最小、最大值。请删去。",
        "The field “{field}” has a type without limits. Please remove its minimum and maximum.",
    ),
    "field_limit": (
        "填报项“{field}”的最小或最大值读不懂。数字和金额写数字，日期写 2026-09-08 或 today，其他写个数。",
        "A limit of the field “{field}” cannot be read. Write a number, for dates 2026-09-08 or today, for others a count.",
    ),
    "field_limits_crossed": (
        "填报项“{field}”的最小值大于最大值。请对调或修改。",
        "The minimum of the field “{field}” is above its maximum. Please change them.",
    ),
    "field_no_pattern": (
        "填报项“{field}”不是文字，不能规定格式。请删去。",
        "The field “{field}” is no text and takes no pattern. Please remove it.",
    ),
    "field_pattern": (
        "填报项“{field}”的格式（正则表达式）读不懂。请核对。",
        "The pattern of the field “{field}” is no regular expression. Please check it.",
    ),
    "field_unit": (
        "填报项“{field}”的单位不能用。金额的单位是元、万元或亿元，只有数字和金额有单位。",
        "The unit of the field “{field}” cannot be used. Money is in 元, 万元 or 亿元; only numbers and money have units.",
    ),
    "field_looks_ahead": (
        "填报项“{field}”是否显示要看“{other}”，而“{other}”不在它前面。请调整顺序。",
        "Whether the field “{field}” shows depends on “{other}”, which does not stand before it. Please change their order.",
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
    # expressions
    "bad_expression": (
        "{what} 中的表达式“{expression}”有误。{reason}",
        "The expression “{expression}” in {what} is not right. {reason}",
    ),
    "unconvertible_expression": (
        "{what} 中的表达式“{expression}”无法换成 FEEL。{reason}",
        "The expression “{expression}” in {what} cannot be turned into FEEL. {reason}",
    ),
    "unsupported_language": (
        "{what} 使用的表达式语言“{language}”不受支持。请改写为 FEEL。",
        "{what} is written in “{language}”, which is not supported. Please rewrite it in FEEL.",
    ),
    "empty_expression": (
        "{what} 是空的。请填写表达式，或删去它。",
        "{what} is empty. Please write an expression, or remove it.",
    ),
    "bad_timer": (
        "{what} 的值“{expression}”不是 ISO 8601 写法。请改为例如 P3D、PT2H 或 2026-03-01T09:00:00+08:00。",
        "“{expression}” in {what} is not ISO 8601. Please write, for example, P3D, PT2H or 2026-03-01T09:00:00+08:00.",
    ),
    "bad_cron": (
        "{what} 的值“{expression}”不是有效的 cron 写法。请写六段：秒 分 时 日 月 星期，例如 0 0 9 * * MON-FRI。",
        "“{expression}” in {what} is no cron expression. Please write six fields: second minute hour day month weekday, for "
        "example 0 0 9 * * MON-FRI.",
    ),
    "cron_weekday_number": (
        "{what} 的值“{expression}”用数字表示星期，各引擎含义不同。请改用 MON 至 SUN。",
        "“{expression}” in {what} gives the weekday by its number, which differs between engines. Please write MON to SUN.",
    ),
    "computed_name": (
        "消息名称“{text}”是表达式，暂不支持。请改为固定的名称。",
        "The message name “{text}” is an expression, which is not supported. Please use a fixed name.",
    ),
    # events
    "timer_incomplete": (
        "定时事件须填写日期、时长、循环中的一项，且只填一项。",
        "A timer needs a date, a duration or a cycle, and only one of them.",
    ),
    "event_definition_missing": (
        "边界事件没有触发条件。请选择定时或消息。",
        "The boundary event has no trigger. Please choose a timer or a message.",
    ),
    "event_reference_missing": (
        "没有指明是哪个{event}。请选择或新建一个{event}。",
        "It does not say which {event}. Please choose or create one.",
    ),
    "event_name_missing": (
        "{event}“{reference}”没有名称。请填写名称。",
        "The {event} “{reference}” has no name. Please give it one.",
    ),
    "event_code_missing": (
        "抛出的{event}没有代码。请填写代码。",
        "The {event} thrown has no code. Please give it one.",
    ),
    "event_caught_twice": (
        "同一处有两个事件捕获同样的{event}。请只保留一个。",
        "Two events catch the same {event} at one place. Please keep one of them.",
    ),
    "condition_missing": ("条件事件没有条件。请填写。", "The conditional event has no condition. Please write one."),
    "error_uncaught": (
        "这个错误没有事件捕获，走到这里流程会停住。请在外层子流程边上或用事件子流程捕获它。",
        "Nothing catches this error; the flow would stop here. Please catch it on the edge of a sub-process around it, or in "
        "an event sub-process.",
    ),
    "cancel_uncaught": (
        "事务子流程取消之后没有去处。请在事务子流程边上添加取消边界事件。",
        "Nothing says where the transaction goes when it is cancelled. Please attach a cancel event to its edge.",
    ),
    "compensation_out_of_sight": (
        "“{reference}”不在同一层，不能从这里补偿。请把补偿事件移到同一层。",
        "“{reference}” stands in another scope and cannot be compensated from here. Please move the event to that scope.",
    ),
    "escalation_not_thrown": (
        "这里不会发生升级。升级边界事件请附着在子流程、调用活动或用户任务上。",
        "Nothing escalates here. Please attach the event to a sub-process, a call activity or a user task.",
    ),
    "compensation_handler_missing": (
        "补偿事件没有连到用于补偿的任务。请用关联线连上，并把该任务设为补偿。",
        "The compensation event leads to no activity that compensates. Please connect one marked so by an association.",
    ),
    "cancel_outside_transaction": (
        "取消事件只能用在事务子流程中。请移到事务子流程里。",
        "A cancel event belongs to a transaction. Please move it into one.",
    ),
    "link_target_twice": (
        "链接“{reference}”有不止一个目标。请只保留一个。",
        "The link “{reference}” has more than one target. Please keep one of them.",
    ),
    "link_without_target": (
        "链接“{reference}”没有对应的目标。请添加同名的链接捕获事件。",
        "The link “{reference}” has no target. Please add a catching link event of that name.",
    ),
    "boundary_not_attached": (
        "边界事件没有附着在任务或子流程上。请把它拖到一个任务的边上。",
        "The boundary event is attached to no activity. Please drag it onto the edge of one.",
    ),
    # nodes
    "job_type_missing": (
        "服务任务没有任务类型。请填写由哪个处理程序执行。",
        "The service task has no job type. Please say which handler runs it.",
    ),
    "script_missing": (
        "脚本任务没有 FEEL 脚本。请填写表达式和存放结果的变量。",
        "The script task has no FEEL script. Please give the expression and the variable for its value.",
    ),
    "name_missing": (
        "用户任务没有名称，待办中无法辨认。请填写名称。",
        "The user task has no name, so nobody can recognise it in their list. Please name it.",
    ),
    "nobody_assigned": (
        "没有指定由谁办理。请指定办理人、候选组，或放进有角色的泳道。",
        "It does not say who does it. Please name an assignee or candidate groups, or put it in a lane with a role.",
    ),
    "loop_without_count": (
        "多实例没有次数，也没有集合。请填写其中一项。",
        "The multi-instance activity has neither a cardinality nor a collection. Please give one of them.",
    ),
    "loop_without_end": (
        "循环既没有条件也没有最多次数，会一直重复。请填写其中一项。",
        "The loop has neither a condition nor a maximum and would never end. Please give one of them.",
    ),
    "implicit_end": (
        "节点之后没有顺序流，流程会在这里结束。建议补上结束事件。",
        "Nothing follows this node, so the path ends here. An end event would say so.",
    ),
    "implicit_split": (
        "有几条无条件的顺序流从这里同时出发。建议改用并行网关。",
        "Several unconditional flows leave here at once. A parallel gateway would say so.",
    ),
    "unreachable": (
        "从开始事件走不到这里，它不会被执行。请连上顺序流，或删去它。",
        "No path leads here from a start event, so it never runs. Please connect it, or remove it.",
    ),
    # gateways and flows
    "gateway_leads_nowhere": (
        "网关之后没有顺序流。请连到下一个节点。",
        "No flow leaves the gateway. Please connect it to the next node.",
    ),
    "gateway_joins_and_splits": (
        "一个网关同时合并又分支，不易看懂。建议分成两个网关。",
        "One gateway both joins and splits, which is hard to read. Two gateways would be clearer.",
    ),
    "gateway_superfluous": (
        "网关只有一进一出，不起作用。建议删去。",
        "The gateway has one way in and one way out and does nothing. It could go.",
    ),
    "choice_without_condition": (
        "从网关“{gateway}”出发的这条顺序流没有条件，也不是默认流。请填写条件，或设为默认流。",
        "This flow out of “{gateway}” has no condition and is not its default. Please add a condition or make it so.",
    ),
    "condition_ignored": (
        "从网关“{gateway}”出发的顺序流不看条件。请删去条件，或改用排他网关。",
        "“{gateway}” does not look at conditions. Please remove the condition, or use an exclusive gateway.",
    ),
    "default_unknown": (
        "默认流“{reference}”不是从这个节点出发的。请重新选择默认流。",
        "The default flow “{reference}” does not leave this node. Please choose the default again.",
    ),
    "default_with_condition": (
        "默认流不能有条件。请删去条件，或另选默认流。",
        "A default flow cannot have a condition. Please remove it, or choose another default.",
    ),
    "duplicate_flow": (
        "两个节点之间有重复的顺序流。请删去一条。",
        "Two flows connect the same nodes in the same way. Please remove one.",
    ),
    "flow_crosses_scopes": (
        "顺序流不能穿过子流程的边界。请改为连到子流程本身。",
        "A sequence flow cannot cross a sub-process's border. Please connect the sub-process itself.",
    ),
    "flow_from_end": (
        "不能从“{reference}”引出顺序流。请删去这条顺序流。",
        "No sequence flow can leave “{reference}”. Please remove this one.",
    ),
    "flow_into_start": (
        "顺序流不能连到“{reference}”。请删去这条顺序流，或连到其后的节点。",
        "No sequence flow can lead into “{reference}”. Please remove it, or connect the node after it.",
    ),
    "flow_at_compensation": (
        "补偿活动不能有顺序流。请用关联线与补偿边界事件相连。",
        "A compensation activity takes no sequence flow. Please connect it to its boundary event by an association.",
    ),
    "event_gateway_too_few": (
        "事件网关之后至少要有两个事件。请补上。",
        "At least two events must follow an event-based gateway. Please add them.",
    ),
    "event_gateway_target_shared": (
        "事件网关之后的事件不能再有别的顺序流连入。请改接到该事件之后。",
        "An event behind an event-based gateway takes no other flow. Please connect that flow behind the event.",
    ),
    "event_gateway_target": (
        "事件网关之后只能接捕获事件，或没有边界事件的接收任务。请改接。",
        "Only catching events, or receive tasks without boundary events, can follow an event-based gateway. Please "
        "connect it to such.",
    ),
    # what is found by playing the flow
    "deadlock": (
        "流程会停在这里：汇合要等“{sources}”一侧到达，而那一侧不会再来。请核对分支与汇合的网关是否成对。",
        "The flow can stop here for good: the join waits for what comes from “{sources}”, which cannot come any more. "
        "Please check that the gateways that split and join belong together.",
    ),
    "no_end": (
        "流程走到这里就到不了结束，会一直循环。请为循环添加出口。",
        "From here the flow goes round for ever and cannot end. Please give the loop a way out.",
    ),
    "no_synchronisation": (
        "两条分支没有汇合就先后走到这里，这一环节会同时办理两遍。如非有意，请用并行网关汇合。",
        "Two branches come here without being joined, so this can run twice at once. If that is not meant, please join "
        "them with a parallel gateway.",
    ),
    "dead_node": (
        "虽有顺序流相连，但无论怎样办理都走不到这里。请核对前面的网关和事件。",
        "It is connected, but whatever happens no case ever comes here. Please check the gateways and events before it.",
    ),
    "not_all_explored": (
        "流程的走法太多，查了 {count} 种情况，没有查完。没有报出的问题不等于没有。",
        "There are too many ways through the flow: {count} states were checked, not all. What is not reported may still "
        "be wrong.",
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
    # starts
    "no_start_event": (
        "没有开始事件。请添加一个开始事件。",
        "There is no start event. Please add one.",
    ),
    "implicit_start": (
        "子流程没有开始事件，会从没有顺序流连入的节点开始。建议补上开始事件。",
        "The sub-process has no start event and begins where no flow leads in. A start event would say so.",
    ),
    "several_start_events": (
        "同一层只能有一个无触发条件的开始事件。请删去多余的。",
        "There can be one plain start event on a level. Please remove the others.",
    ),
    "event_sub_process_start": (
        "事件子流程的开始事件必须有触发条件。请设为定时、消息等类型。",
        "The start event of an event sub-process needs a trigger. Please make it a timer, a message or the like.",
    ),
    "event_sub_process_starts": (
        "事件子流程只能有一个开始事件。请分成几个事件子流程。",
        "An event sub-process has one start event. Please make several of them.",
    ),
    "typed_start_in_sub_process": (
        "子流程的开始事件不能有触发条件。请改为普通的开始事件。",
        "The start event of an embedded sub-process takes no trigger. Please make it a plain one.",
    ),
    "ad_hoc_start_or_end": (
        "即席子流程内不能有开始或结束事件。请删去它。",
        "An ad-hoc sub-process takes no start or end event. Please remove it.",
    ),
}


def word(tag: str, language: str = "zh-hans") -> str:
    """What people call the element or event `tag`; the tag itself where it has no common name."""
    chinese, english = WORDS.get(tag, (tag, tag))
    return english if _english(language) else chinese


def sentence(
    problem: Problem,
    language: str = "zh-hans",
    *,
    sentences: Mapping[str, tuple[str, str]] = MappingProxyType({}),
    words: Mapping[str, tuple[str, str]] = MappingProxyType({}),
) -> str:
    """Where and what, as one line: the line number, the element by name and id, what is wrong, what to do.

    `sentences` and `words` are those of another kind of file, before the ones of diagrams.
    """
    english = _english(language)
    chinese_text, english_text = sentences.get(problem.code) or SENTENCES[problem.code]
    params = {key: value for key, value in problem.params.items() if "@" not in key}
    if english:
        params |= {key[:-3]: value for key, value in problem.params.items() if key.endswith("@en")}
    for key in ("tag", "event"):
        if key in params:
            params[key] = words[params[key]][english] if params[key] in words else word(params[key], language)
    text = (english_text if english else chinese_text).format(**params)
    place = _place(problem, english)
    return f"{place}{': ' if english else '：'}{text}" if place else text


def _place(problem: Problem, english: bool) -> str:
    name, element = problem.params.get("name", ""), problem.element or ""
    if element.startswith("_unnamed_"):
        element = ""
    if name and element and name != element:
        who = f"“{name}” ({element})" if english else f"“{name}”（{element}）"
    else:
        who = f"“{name or element}”" if name or element else ""
    if not problem.line:
        return who
    line = f"Line {problem.line}" if english else f"第 {problem.line} 行"
    return f"{line}{', ' if english and who else ''}{who}"


def _english(language: str) -> bool:
    return language.lower().startswith("en")
