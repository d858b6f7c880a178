/* What people have before them at a step: its page or its own questions, and what they may do besides. */
import { is, isAny } from "bpmn-js/lib/util/ModelUtil";

import { extensionOf, propertiesOf, taggedOf } from "../modeling/extensions.js";
import { h } from "../page/dom.js";
import { t } from "../words.js";
import { byPeople } from "./deadline.js";
import { button, check, checks, note, row, select, text } from "./fields.js";

const FORM = "sangong:form";
const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

const fieldKinds = () => [
  ["text", t("文字")], ["longText", t("长文字")], ["number", t("数字")], ["money", t("金额")], ["date", t("日期")], ["dateTime", t("日期和时间")], ["boolean", t("是或否")],
  ["choice", t("单选")], ["multipleChoice", t("多选")], ["person", t("人员")], ["body", t("班子")], ["record", t("业务记录")], ["place", t("地点")], ["file", t("文件")], ["table", t("明细表")],
]; // prettier-ignore
const CHOICES = new Set(["choice", "multipleChoice"]);

export const form = {
  id: "form",
  title: () => t("办理页面"),
  when: byPeople,
  rows: (context) => {
    const { element, bo, writer, data, panel } = context;
    const found = extensionOf(bo, "zeebe:FormDefinition");
    const key = found?.externalReference ?? found?.formKey ?? found?.formId ?? "";
    const own = taggedOf(bo, FORM);
    const options = [["", t("通用页面，填下面的内容")], ...data.forms.map((one) => [one.key, one.label])];
    const rows = [
      select(t("打开哪个页面"), "form.key", key, options, (value) => {
        writer.replaceExtensions(element, "zeebe:FormDefinition", value ? [writer.make("zeebe:FormDefinition", { externalReference: value })] : []);
      }),
    ];
    if (key) return rows;
    const old = [...propertiesOf(bo)].filter(([name]) => name.startsWith("field."));
    if (old.length) {
      rows.push(note(t("按旧写法填写的内容：")), h("ul", { class: "ed-items" }, ...old.map(([name, value]) => h("li", {}, row(h("code", {}, name.slice(6)), h("span", {}, value.split("|").slice(1).join("："))), button(t("删去"), () => writer.setProperties(element, { [name]: "" }), { name: `old.${name}`, label: t("删去“{name}”", { name: name.slice(6) }) })))));
    }
    const fields = own?.$children ?? [];
    const put = (next) => writer.replaceTagged(element, FORM, next.length ? writer.makeTagged(FORM, plain(own), next) : null);
    if (fields.length) rows.push(h("ul", { class: "ed-items" }, ...fields.map((field, at) => question(context, field, at, fields, put))));
    rows.push(
      button(t("添加要填的内容"), () => {
        put([...fields, writer.makeTagged("sangong:field", { key: freshKey(fields), type: "text", label: t("新的内容") })]);
        panel.body.querySelector(`[data-field="question.${fields.length}.label"]`)?.select();
      }, { name: "question.add", kind: "secondary" }),
      note(t("填写的内容成为变量，后面的条件可以用。已有的显示条件、上下限照原样保留。")),
      data.address?.form && is(element, "bpmn:UserTask")
        ? h("a", { class: "ed-link", "data-field": "question.page", href: `${data.address.form}?step=${encodeURIComponent(bo.id)}`, onclick: (event) => panel.leave(event) }, t("在单独的页面上设计，可以预览"))
        : null,
    ); // prettier-ignore
    return rows;
  },
};

const plain = (one) => Object.fromEntries(Object.entries(one ?? {}).filter(([name, value]) => !name.startsWith("$") && typeof value === "string"));

function freshKey(fields) {
  for (let at = fields.length + 1; ; at += 1) if (!fields.some((one) => one.key === `field_${at}`)) return `field_${at}`;
}

function question({ writer }, field, at, fields, put) {
  const change = (changes, children = field.$children ?? []) =>
    put(fields.map((one, place) => (place === at ? writer.makeTagged("sangong:field", { ...plain(field), ...changes }, children) : one)));
  const swap = (to) => {
    const next = [...fields];
    [next[at], next[to]] = [next[to], next[at]];
    put(next);
  };
  const key = text(t("变量名"), `question.${at}.key`, field.key, (value) => {
    if (!NAME.test(value)) return key.tell(t("变量名只含字母、数字、下划线。"), true);
    if (fields.some((one) => one !== field && one.key === value)) return key.tell(t("这个变量名已经用了。"), true);
    return change({ key: value });
  }, { mono: true }); // prettier-ignore
  const options = (field.$children ?? []).filter((one) => one.$type === "sangong:option").map((one) => one.label || one.value);
  const written = (value) =>
    change({}, value.split(/[,，、]/).map((one) => one.trim()).filter(Boolean).map((one) => writer.makeTagged("sangong:option", { value: one, label: one })));
  const kind = (type) => {
    /* Limits, patterns and units mean something else, or nothing, to another kind. */
    const to = { type, min: "", max: "", pattern: "", unit: "", of: "" };
    if (CHOICES.has(type) && !CHOICES.has(field.type)) change(to, [t("同意"), t("不同意")].map((one) => writer.makeTagged("sangong:option", { value: one, label: one })));
    else if (type === "table") change(to, [writer.makeTagged("sangong:column", { key: "item", type: "text", label: t("项目") })]);
    else change(to, CHOICES.has(type) ? field.$children : []);
  };
  return h(
    "li",
    {},
    text(t("问什么"), `question.${at}.label`, field.label, (value) => change({ label: value })),
    row(select(t("填什么"), `question.${at}.type`, field.type, fieldKinds(), kind), key),
    CHOICES.has(field.type) ? text(t("选项"), `question.${at}.options`, options.join("、"), written, { hint: t("用顿号隔开。") }) : null,
    field.type === "record" ? text(t("引用哪种记录"), `question.${at}.of`, field.of ?? "", (value) => change({ of: value }), { mono: true, hint: t("写记录种类的代号，例如 village。") }) : null,
    field.required?.startsWith("=")
      ? note(t("必填的条件：{feel}", { feel: field.required }))
      : check(t("必填"), `question.${at}.required`, field.required === "true", (value) => change({ required: value ? "true" : "" })),
    row(
      button("↑", () => at && swap(at - 1), { name: `question.${at}.up`, label: t("上移“{name}”", { name: field.label }) }),
      button("↓", () => at < fields.length - 1 && swap(at + 1), { name: `question.${at}.down`, label: t("下移“{name}”", { name: field.label }) }),
      button(t("删去"), () => put(fields.filter((one) => one !== field)), { name: `question.${at}.remove`, label: t("删去“{name}”", { name: field.label }) }),
    ),
  );
}

export const more = {
  id: "more",
  title: () => t("阶段和权限"),
  when: (element) => isAny(element, ["bpmn:Task", "bpmn:CallActivity"]),
  open: false,
  rows: ({ element, bo, writer }) => {
    const properties = propertiesOf(bo);
    const words = (name) => (properties.get(name) ?? "").split(",").map((one) => one.trim()).filter(Boolean);
    const stages = [["", t("不标")], ["propose", t("共提")], ["plan", t("共谋")], ["deliberate", t("共商")], ["sign", t("会签")], ["execute", t("执行")]];
    const rows = [
      select(t("议题到了这里是哪个阶段"), "more.stage", properties.get("stage") ?? "", stages, (stage) => writer.setProperties(element, { stage })),
    ];
    if (!byPeople(element)) return rows;
    const set = (name) => (values) => writer.setProperties(element, { [name]: values.join(",") });
    rows.push(
      checks(t("办理人可以退回到"), "more.back", words("allow.send_back"), [["start", t("第一个环节")], ["previous", t("上一个环节")], ["any", t("任一办过的环节")]], set("allow.send_back")),
      checks(t("办理人可以加签"), "more.add", words("allow.add"), [["before", t("在自己之前")], ["after", t("在自己之后")], ["parallel", t("和自己同时")]], set("allow.add")),
      check(t("办理人可以减签"), "more.remove", words("allow.remove").includes("true"), (value) => writer.setProperties(element, { "allow.remove": value ? "true" : "" })),
    );
    return rows;
  },
};
