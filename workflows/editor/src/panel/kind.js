/* What an element is called: its kind in the page's language, and a name to know it by in lists. */
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../words.js";

const KINDS = () => ({
  Process: t("流程"), Collaboration: t("整张图"), Participant: t("泳池"), Lane: t("泳道"), SequenceFlow: t("连线"), MessageFlow: t("消息流"),
  UserTask: t("办理环节"), ManualTask: t("线下办理"), ServiceTask: t("自动办理"), ScriptTask: t("计算"), BusinessRuleTask: t("按决策表判断"),
  SendTask: t("发出消息"), ReceiveTask: t("等待消息的环节"), Task: t("任务"), CallActivity: t("调用其他流程"), SubProcess: t("子流程"),
  Transaction: t("事务子流程"), AdHocSubProcess: t("即席子流程"), ExclusiveGateway: t("选择网关"), ParallelGateway: t("并行网关"),
  InclusiveGateway: t("包容网关"), EventBasedGateway: t("事件网关"), ComplexGateway: t("复杂网关"), StartEvent: t("开始"), EndEvent: t("结束"),
  IntermediateCatchEvent: t("中间等待"), IntermediateThrowEvent: t("中间发出"), BoundaryEvent: t("边界事件"), TextAnnotation: t("文字注释"),
  Group: t("分组框"), DataObjectReference: t("数据对象"), DataStoreReference: t("数据存储"), Association: t("关联线"),
}); // prettier-ignore
const TRIGGERS = () => ({
  Timer: t("定时"), Message: t("消息"), Signal: t("信号"), Conditional: t("条件"), Error: t("错误"), Escalation: t("升级"),
  Compensate: t("补偿"), Cancel: t("取消"), Link: t("链接"), Terminate: t("全部终止"),
}); // prettier-ignore

/** The kind of an element: `结束 · 消息`. */
export function kindOf(element) {
  const type = element.type.replace("bpmn:", "");
  const words = KINDS()[type] ?? type;
  const [trigger] = getBusinessObject(element).get?.("eventDefinitions") ?? [];
  const named = trigger && TRIGGERS()[trigger.$type.replace("bpmn:", "").replace("EventDefinition", "")];
  return named ? `${words} · ${named}` : words;
}

/** A name for lists; what has none goes by its kind and its number, a flow by its two ends. */
export function nameOf(element) {
  const bo = getBusinessObject(element);
  if (is(element, "bpmn:SequenceFlow")) {
    const ends = `${shortName(element.source)} → ${shortName(element.target)}`;
    return bo.name ? t("{name}（{about}）", { name: bo.name, about: ends }) : ends;
  }
  const own = bo.name || bo.text;
  return own ? t("{name}（{about}）", { name: own.slice(0, 40), about: kindOf(element) }) : `${kindOf(element)} ${bo.id}`;
}

/** The name alone, else the kind. */
export const shortName = (element) => getBusinessObject(element).name || kindOf(element);
