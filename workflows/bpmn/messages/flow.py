"""What is wrong with a flow: its expressions, events, nodes, ways, and how it plays, in Chinese and in English."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
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
