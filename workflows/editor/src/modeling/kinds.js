/* The kinds of elements one can put in by name, without drawing: for the palette's search and for the keyboard. */
import { t } from "../words.js";

const event = (definition, more = {}) => ({ eventDefinitionType: `bpmn:${definition}EventDefinition`, ...more });

/** `[id, words, attributes of the shape, icon]`, most used first. */
export const kinds = () => [
  ["user-task", t("办理环节（由人办理）"), { type: "bpmn:UserTask" }, "bpmn-icon-user-task"],
  ["exclusive", t("选择网关（只走一路）"), { type: "bpmn:ExclusiveGateway" }, "bpmn-icon-gateway-xor"],
  ["parallel", t("并行网关（同时走、都到齐）"), { type: "bpmn:ParallelGateway" }, "bpmn-icon-gateway-parallel"],
  ["end", t("结束"), { type: "bpmn:EndEvent" }, "bpmn-icon-end-event-none"],
  ["start", t("开始"), { type: "bpmn:StartEvent" }, "bpmn-icon-start-event-none"],
  ["receive-task", t("等待消息的环节"), { type: "bpmn:ReceiveTask" }, "bpmn-icon-receive-task"],
  ["service-task", t("自动办理的环节"), { type: "bpmn:ServiceTask" }, "bpmn-icon-service-task"],
  ["decision", t("按决策表判断"), { type: "bpmn:BusinessRuleTask" }, "bpmn-icon-business-rule-task"],
  ["call", t("调用其他流程"), { type: "bpmn:CallActivity" }, "bpmn-icon-call-activity"],
  ["script", t("计算（表达式）"), { type: "bpmn:ScriptTask" }, "bpmn-icon-script-task"],
  ["send-task", t("发出消息的环节"), { type: "bpmn:SendTask" }, "bpmn-icon-send-task"],
  ["manual", t("线下办理的环节"), { type: "bpmn:ManualTask" }, "bpmn-icon-manual-task"],
  ["inclusive", t("包容网关（可走几路）"), { type: "bpmn:InclusiveGateway" }, "bpmn-icon-gateway-or"],
  ["event-based", t("事件网关（先到先走）"), { type: "bpmn:EventBasedGateway" }, "bpmn-icon-gateway-eventbased"],
  ["timer", t("等到时间"), { type: "bpmn:IntermediateCatchEvent", ...event("Timer") }, "bpmn-icon-intermediate-event-catch-timer"],
  ["message", t("等待消息"), { type: "bpmn:IntermediateCatchEvent", ...event("Message") }, "bpmn-icon-intermediate-event-catch-message"],
  ["condition", t("等到条件成立"), { type: "bpmn:IntermediateCatchEvent", ...event("Conditional") }, "bpmn-icon-intermediate-event-catch-condition"],
  ["terminate", t("全部终止"), { type: "bpmn:EndEvent", ...event("Terminate") }, "bpmn-icon-end-event-terminate"],
  ["sub-process", t("子流程"), { type: "bpmn:SubProcess", isExpanded: true }, "bpmn-icon-subprocess-expanded"],
  ["note", t("文字注释"), { type: "bpmn:TextAnnotation" }, "bpmn-icon-text-annotation"],
]; // prettier-ignore
