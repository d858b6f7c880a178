/* A step that waits for the two bodies' vote: that it does, who votes by which rules, and which way each outcome takes. */
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { extensionOf } from "../modeling/extensions.js";
import { messageOf } from "../modeling/templates.js";
import { h } from "../page/dom.js";
import { t } from "../words.js";
import { check, note, select } from "./fields.js";
import { shortName } from "./kind.js";
import { changesFor, OUTCOMES, readOutcomes } from "./outcomes.js";

/* The message that a sitting sends to the flow of its item, and the key that finds the item's own case (decisions/stages.py). */
export const RESULT = "result_announced";
const KEY = "=subject";

const words = () => ({
  passed: t("两个班子都通过"),
  split: t("一个通过、一个没有通过"),
  rejected: t("两个都没有通过"),
  deferred: t("暂缓"),
});

export const deliberation = {
  id: "deliberation",
  title: () => t("班子和表决"),
  when: (element) => is(element, "bpmn:ReceiveTask"),
  rows: (context) => {
    const { element, bo, writer, data } = context;
    const found = bo.get("messageRef");
    const waits = found?.name === RESULT;
    const rows = [
      check(t("在这里等联席会议的表决结果"), "deliberation.waits", waits, (value) => {
        writer.together(() => {
          writer.setPart(element, bo, { messageRef: value ? messageOf(writer, RESULT, KEY) : undefined });
          writer.setProperties(element, { stage: value ? "deliberate" : "" });
        });
      }, { hint: t("公布结果后流程继续。前面要有“列入议程”的环节。") }),
    ]; // prettier-ignore
    if (!waits) return rows;
    const key = extensionOf(found, "zeebe:Subscription")?.correlationKey ?? "";
    if (key !== KEY) rows.push(note(t("消息没有按议题认领（{key}），别的议题的结果也可能被当成这一件的。", { key: key || "—" })));
    const bodies = data.bodies.map((one) => one.label).join(t("、"));
    rows.push(
      note(t("由{bodies}各自表决、各自计票，都通过才算通过（R42）。", { bodies })),
      note(t("法定人数、通过的票数、表决方式按事项类型的规则集，在设置里改，不写在图里。")),
    );
    return [...rows, ...outcomes(context)];
  },
};

/** Which way each outcome takes at the gateway right behind. */
function outcomes({ element, writer, modeler, panel }) {
  const [next, ...others] = element.outgoing.filter((one) => is(one, "bpmn:SequenceFlow"));
  const gateway = next?.target;
  if (!gateway || others.length || !is(gateway, "bpmn:ExclusiveGateway")) {
    return [note(t("后面接一个排他网关，就能在这里选每种结果往哪走。"))];
  }
  const standard = getBusinessObject(gateway).get("default");
  const out = gateway.outgoing.filter((one) => is(one, "bpmn:SequenceFlow"));
  const flows = out.map((one) => {
    const bo = getBusinessObject(one);
    return { id: one.id, condition: bo.get("conditionExpression")?.get("body") ?? "", otherwise: bo === standard };
  });
  const ways = readOutcomes(flows);
  const open = h("button", { type: "button", class: "ed-link", "data-field": "deliberation.gateway", onclick: () => panel.choose(gateway.id) }, shortName(gateway));
  if (!ways) return [note(t("后面的条件不只看结果，请选中连线修改："), open)];
  const options = [["", t("还没有定")], ...out.map((one) => [one.id, one.businessObject.name ? `${one.businessObject.name} → ${shortName(one.target)}` : shortName(one.target)])];
  const choose = (outcome) => (to) => {
    if (!to) return;
    writer.together(() => {
      for (const { id, condition } of changesFor(flows, outcome, to)) {
        const flow = modeler.get("elementRegistry").get(id);
        const bo = getBusinessObject(flow);
        writer.set(flow, { conditionExpression: writer.makeIn(bo, "bpmn:FormalExpression", { body: condition }) });
      }
    });
  };
  return [
    note(t("每种结果往哪走（网关）："), open),
    ...OUTCOMES.map((outcome) => select(words()[outcome], `deliberation.${outcome}`, ways[outcome], options, choose(outcome))),
  ];
}
