/* When a way is taken: conditions put together from fields, with their FEEL beside it, and which way is the default. */
import { getBusinessObject, is, isAny } from "bpmn-js/lib/util/ModelUtil";

import { h } from "../page/dom.js";
import { t } from "../words.js";
import { OPERATORS, parse, write } from "./condition.js";
import { feel } from "./expression.js";
import { button, check, note, row, select, text } from "./fields.js";

const operatorWords = () => ({ "=": t("等于"), "!=": t("不等于"), ">": t("大于"), ">=": t("不小于"), "<": t("小于"), "<=": t("不大于") });
const ORDERED = new Set(["number", "money", "date", ""]);

/** Fields to put a condition together with; `change` gets the FEEL. Nothing where the text says more than rows can. */
export function builder({ fields, panel }, source, change) {
  const read = parse(source);
  if (!read) return [note(t("这个条件比较复杂，请直接改表达式。"))];
  const known = new Map(fields.map((one) => [one.name, one]));
  const kindOf = (name, value) => known.get(name)?.type || value?.kind || "";
  const set = (rows, join = read.join) => change(write({ join, rows }));
  const replace = (at, changes) => set(read.rows.map((one, place) => (place === at ? { ...one, ...changes } : one)));
  const fieldOptions = fields.map((one) => [one.name, one.label && one.label !== one.name ? `${one.label}（${one.name}）` : one.name]);
  const rows = read.rows.map((one, at) => {
    const kind = kindOf(one.field, one);
    const name = `condition.${at}`;
    const pick = select(t("字段"), `${name}.field`, one.field, fieldOptions, (field) => {
      const fresh = known.get(field);
      replace(at, { field, kind: fresh?.type ?? "text", operator: "=", value: fresh?.type === "boolean" ? "true" : (fresh?.options?.[0] ?? "") });
    });
    const operators = OPERATORS.filter((operator) => ORDERED.has(kind) || operator === "=" || operator === "!=").map((operator) => [operator, operatorWords()[operator]]);
    const compare = kind === "boolean" ? null : select(t("怎样"), `${name}.operator`, one.operator, operators, (operator) => replace(at, { operator, kind }));
    return h("li", {}, pick, row(compare, valueField(known.get(one.field), kind, one, name, (value) => replace(at, { value, kind, ...(kind === "boolean" ? { operator: "=" } : {}) }))),
      button(t("删去"), () => set(read.rows.filter((_one, place) => place !== at)), { name: `${name}.remove`, label: t("删去第 {n} 项条件", { n: at + 1 }) })); // prettier-ignore
  });
  const first = fields[0];
  const add = button(t("添加一项条件"), () => {
    set([...read.rows, { field: first.name, operator: "=", value: first.type === "boolean" ? "true" : (first.options?.[0] ?? ""), kind: first.type || "text" }]);
    panel.body.querySelector(`[data-field="condition.${read.rows.length}.field"]`)?.focus();
  }, { name: "condition.add", kind: "secondary" }); // prettier-ignore
  return [
    rows.length ? h("ul", { class: "ed-items" }, ...rows) : null,
    rows.length > 1 ? select(t("几项条件"), "condition.join", read.join, [["and", t("都成立")], ["or", t("有一项成立")]], (join) => set(read.rows, join)) : null,
    first ? add : note(t("前面的环节还没有填写什么，没有可用的字段。")),
  ];
}

function valueField(field, kind, one, name, change) {
  if (kind === "boolean") return select(t("是否"), `${name}.value`, String(one.value), [["true", t("是")], ["false", t("否")]], change);
  if (field?.options?.length) return select(t("值"), `${name}.value`, String(one.value), field.options.map((option) => [option, option]), change);
  const numeric = kind === "number" || kind === "money";
  return text(t("值"), `${name}.value`, one.value, change, { inputmode: numeric ? "decimal" : undefined });
}

const CHOOSING = ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway"];

export const flow = {
  id: "condition",
  title: () => t("什么时候走这一路"),
  when: (element) => is(element, "bpmn:SequenceFlow") && element.source && (isAny(element.source, CHOOSING) || is(element.source, "bpmn:Activity")),
  rows: (context) => {
    const { element, bo, writer } = context;
    const source = getBusinessObject(element.source);
    const standard = source.get("default") === bo;
    const rows = [];
    if (isAny(element.source, CHOOSING) || source.get("default")) {
      rows.push(
        check(t("其他各路都不成立时走这一路"), "condition.default", standard, (value) => {
          writer.set(element.source, { default: value ? bo : undefined });
          if (value && bo.conditionExpression) writer.set(element, { conditionExpression: undefined });
        }),
      );
    }
    if (standard) return rows;
    const text = bo.get("conditionExpression")?.get("body") ?? "";
    const change = (body) => {
      const full = body && !body.startsWith("=") && !body.includes("${") ? `=${body}` : body;
      writer.set(element, { conditionExpression: full ? writer.makeIn(bo, "bpmn:FormalExpression", { body: full }) : undefined });
    };
    rows.push(...builder(context, text, change), feel(context, t("条件的表达式（FEEL）"), "condition.feel", text, change, { kind: "condition" }));
    return rows;
  },
};
