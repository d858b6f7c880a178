/* Where a step leads, without drawing lines: what comes next, joined and taken away from lists. */
import { is, isAny } from "bpmn-js/lib/util/ModelUtil";

import { h } from "../page/dom.js";
import { t } from "../words.js";
import { button, note, select } from "./fields.js";
import { nameOf, shortName } from "./kind.js";

export const links = {
  id: "links",
  title: () => t("下一步"),
  when: (element) => is(element, "bpmn:FlowNode") && !is(element, "bpmn:EndEvent"),
  open: true,
  rows: ({ element, modeler, panel }) => {
    const modeling = modeler.get("modeling");
    const out = element.outgoing.filter((one) => is(one, "bpmn:SequenceFlow"));
    const listed = out.map((flow) =>
      h(
        "li",
        {},
        h("button", { type: "button", class: "ed-link", "data-field": `link.${flow.id}`, onclick: () => panel.choose(flow.id) }, flow.businessObject.name ? `${flow.businessObject.name} → ` : "→ ", shortName(flow.target)),
        button("×", () => modeling.removeConnection(flow), { name: `unlink.${flow.id}`, label: t("删去到“{name}”的连线", { name: shortName(flow.target) }) }),
      ),
    );
    const taken = new Set(out.map((flow) => flow.target));
    const targets = modeler
      .get("elementRegistry")
      .filter((one) => is(one, "bpmn:FlowNode") && !one.labelTarget && one !== element && one.parent && !taken.has(one) && !isAny(one, ["bpmn:StartEvent", "bpmn:BoundaryEvent"]))
      .filter((one) => modeler.get("rules").allowed("connection.create", { source: element, target: one }));
    const chooser = select(t("连到"), "connect", "", [["", t("选择一个环节")], ...targets.map((one) => [one.id, nameOf(one)])], (id) => {
      if (id) modeling.connect(element, modeler.get("elementRegistry").get(id));
    });
    return [listed.length ? h("ul", { class: "ed-links" }, ...listed) : note(t("还没有连到下一步。")), chooser];
  },
};
