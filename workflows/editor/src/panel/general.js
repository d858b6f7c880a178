/* What every element has: a name, what it is about, its number. */
import { getBusinessObject, is, isAny } from "bpmn-js/lib/util/ModelUtil";

import { t } from "../words.js";
import { area, text } from "./fields.js";

const NCNAME = /^[A-Za-z_][\w.-]*$/;

/** Whose name is meant: a pool bears its process's. */
const subject = (element, bo) => (is(element, "bpmn:Participant") ? (bo.get("processRef") ?? bo) : bo);

function documentation(context, bo) {
  const { writer, element } = context;
  const text = bo.get("documentation")?.[0]?.get("text") ?? "";
  return area(t("说明"), "documentation", text, (value) => {
    const fresh = value ? [writer.makeIn(bo, "bpmn:Documentation", { text: value })] : [];
    writer.setPart(element, bo, { documentation: fresh });
  });
}

function number(context) {
  const { writer, element, bo, modeler } = context;
  const field = text(
    t("编号"),
    "id",
    bo.id,
    (value) => {
      if (value === bo.id) return field.tell("");
      if (!NCNAME.test(value)) return field.tell(t("编号以英文字母开头，只含字母、数字、下划线、点和短横。"), true);
      if (modeler.get("moddle").ids.assigned(value) || modeler.get("elementRegistry").get(value)) return field.tell(t("这个编号已经用了。"), true);
      return writer.set(element, { id: value });
    },
    { mono: true, hint: t("在办的事项按编号认环节，发布过的不要改。") },
  );
  return field;
}

export const general = {
  id: "general",
  title: () => t("基本"),
  when: () => true,
  rows: (context) => {
    const { element, bo, writer } = context;
    if (is(element, "bpmn:TextAnnotation")) return [area(t("文字"), "name", bo.get("text"), (value) => writer.set(element, { text: value }))];
    if (is(element, "bpmn:Collaboration")) return [documentation(context, bo)];
    const named = is(element, "bpmn:Participant")
      ? (value) => {
          writer.set(element, { name: value });
          if (bo.get("processRef")) writer.setPart(element, bo.get("processRef"), { name: value });
        }
      : (value) => writer.set(element, { name: value || undefined });
    const rows = [];
    if (!isAny(element, ["bpmn:Group", "bpmn:Association", "bpmn:DataInputAssociation", "bpmn:DataOutputAssociation"])) {
      const hint = isAny(element, ["bpmn:UserTask", "bpmn:ManualTask"]) ? t("办事的人在待办里看到的名称。") : undefined;
      rows.push(text(t("名称"), "name", getBusinessObject(element).name, named, { hint }));
    }
    rows.push(documentation(context, subject(element, bo)));
    if (!is(element, "bpmn:Participant")) rows.push(number(context));
    return rows;
  },
};
