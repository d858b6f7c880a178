/* What an event waits for or sends: a time, a message, a signal, a condition, an error, an escalation, a link. */
import { is, isAny } from "bpmn-js/lib/util/ModelUtil";

import { extensionOf } from "../modeling/extensions.js";
import { messageOf } from "../modeling/templates.js";
import { t } from "../words.js";
import { feel } from "./expression.js";
import { check, note, row, select, text } from "./fields.js";
import { readDuration, writeDuration } from "./time.js";
import { builder } from "./flow.js";

const definitionOf = (bo, kind) => bo.get("eventDefinitions")?.find((one) => is(one, `bpmn:${kind}EventDefinition`));
const has = (kind) => (element, bo) => is(element, "bpmn:Event") && Boolean(definitionOf(bo, kind));
const TIMES = ["timeDate", "timeDuration", "timeCycle"];

export const timer = {
  id: "timer",
  title: () => t("时间"),
  when: has("Timer"),
  rows: (context) => {
    const { element, bo, writer } = context;
    const definition = definitionOf(bo, "Timer");
    const kind = TIMES.find((one) => definition.get(one)) ?? "timeDuration";
    const body = definition.get(kind)?.get("body") ?? "";
    const write = (to, value) => {
      const changes = Object.fromEntries(TIMES.map((one) => [one, undefined]));
      writer.setPart(element, definition, { ...changes, [to]: value ? writer.makeIn(definition, "bpmn:FormalExpression", { body: value }) : undefined });
    };
    const first = { timeDate: "=now()", timeDuration: "P3D", timeCycle: "R/P1D" };
    const rows = [
      select(t("怎样定时"), "timer.kind", kind, [["timeDuration", t("过多久")], ["timeDate", t("到某个时刻")], ["timeCycle", t("每隔多久")]], (to) => write(to, first[to])),
    ];
    const read = kind === "timeDuration" ? readDuration(body) : null;
    if (kind === "timeDuration" && (read || !body)) {
      const now = read ?? { count: 3, unit: "D" };
      rows.push(
        row(
          text(t("多久"), "timer.count", read ? now.count : "", (count) => write(kind, writeDuration({ ...now, count: Math.max(1, Math.round(Number(count)) || 1) })), { type: "number", min: 1 }),
          select(t("单位"), "timer.unit", now.unit, [["D", t("天")], ["H", t("小时")], ["M", t("分钟")], ["W", t("周")]], (unit) => write(kind, writeDuration({ ...now, unit }))),
        ),
      );
    }
    const hints = { timeDuration: t("例如 P3D 是 3 天，PT4H 是 4 小时，也可以是表达式。"), timeDate: t("例如 2026-12-31T17:00:00，也可以是表达式。"), timeCycle: t("例如 R/P1D 是每天，R3/PT8H 是每 8 小时共 3 次。") };
    const spoken = body.startsWith("=");
    rows.push(spoken ? feel(context, t("写法"), "timer.body", body, (value) => write(kind, value), { hint: hints[kind] }) : text(t("写法"), "timer.body", body, (value) => write(kind, value), { mono: true, hint: hints[kind] }));
    return rows;
  },
};

const MESSAGES = () => [{ value: "result_announced", label: t("联席会议公布表决结果") }];

export const message = {
  id: "message",
  title: () => t("消息"),
  when: (element, bo) => isAny(element, ["bpmn:ReceiveTask", "bpmn:SendTask"]) || has("Message")(element, bo),
  rows: (context) => {
    const { element, bo, writer, modeler } = context;
    const holder = definitionOf(bo, "Message") ?? bo;
    const found = holder.get("messageRef");
    const throws = isAny(element, ["bpmn:SendTask", "bpmn:ThrowEvent"]);
    const names = modeler.getDefinitions().get("rootElements").filter((one) => is(one, "bpmn:Message")).map((one) => one.name);
    const suggestions = [...MESSAGES(), ...names.filter((name) => name && !MESSAGES().some((one) => one.value === name)).map((value) => ({ value, label: "" }))];
    const refer = (name) => writer.setPart(element, holder, { messageRef: name ? messageOf(writer, name, throws || name !== "result_announced" ? "" : "=subject") : undefined });
    const rows = [text(throws ? t("发出什么消息") : t("等什么消息"), "message.name", found?.name ?? "", refer, { suggestions, mono: true, hint: t("收发双方的名称要一样。审议环节等 result_announced，双方表决结果公布后继续。") })];
    if (!found || throws) return rows;
    const key = extensionOf(found, "zeebe:Subscription")?.correlationKey ?? "";
    rows.push(
      feel(context, t("凭什么认出是这一件"), "message.key", key, (value) => writer.setExtension(element, "zeebe:Subscription", { correlationKey: value && !value.startsWith("=") ? `=${value}` : value }, found), {
        hint: t("例如 =subject，就是议题的编号。留空的，任何一条这个名称的消息都算。"),
      }),
    );
    return rows;
  },
};

const named = (id, kind, type, attribute, label, hint) => ({
  id,
  title: () => label(),
  when: has(kind),
  rows: ({ element, bo, writer }) => {
    const definition = definitionOf(bo, kind);
    const reference = `${kind.toLowerCase()}Ref`;
    const found = definition.get(reference);
    return [
      text(label(), `${id}.name`, found?.get(attribute) ?? "", (value) => {
        const extra = attribute === "name" ? {} : { name: value };
        writer.setPart(element, definition, { [reference]: value ? writer.rootElement(type, attribute, value, extra) : undefined });
      }, { mono: true, hint: hint() }),
    ]; // prettier-ignore
  },
});

export const signal = named("signal", "Signal", "bpmn:Signal", "name", () => t("信号名称"), () => t("发出和等待的名称要一样。"));
export const error = named("error", "Error", "bpmn:Error", "errorCode", () => t("错误代码"), () => t("边界事件留空，任何错误都接住。"));
export const escalation = named("escalation", "Escalation", "bpmn:Escalation", "escalationCode", () => t("升级代码"), () => t("边界事件留空，任何升级都接住。"));

export const conditional = {
  id: "conditional",
  title: () => t("等到什么条件成立"),
  when: has("Conditional"),
  rows: (context) => {
    const { element, bo, writer } = context;
    const definition = definitionOf(bo, "Conditional");
    const body = definition.get("condition")?.get("body") ?? "";
    const write = (value) => {
      const full = value && !value.startsWith("=") ? `=${value}` : value;
      writer.setPart(element, definition, { condition: full ? writer.makeIn(definition, "bpmn:FormalExpression", { body: full }) : undefined });
    };
    return [...builder(context, body, write), feel(context, t("条件的表达式（FEEL）"), "conditional.feel", body, write, { kind: "condition" })];
  },
};

export const link = {
  id: "link",
  title: () => t("链接"),
  when: has("Link"),
  rows: ({ element, bo, writer }) => {
    const definition = definitionOf(bo, "Link");
    return [text(t("链接名称"), "link.name", definition.name ?? "", (name) => writer.setPart(element, definition, { name }), { hint: t("发出和接收的名称要一样，就像中间有线连着。") })];
  },
};

export const boundary = {
  id: "boundary",
  title: () => t("发生时"),
  when: (element, bo) => is(element, "bpmn:BoundaryEvent") && !definitionOf(bo, "Error") && !definitionOf(bo, "Compensate") && !definitionOf(bo, "Cancel"),
  rows: ({ element, bo, writer }) => [
    check(t("停下所在的环节"), "boundary.cancel", bo.cancelActivity !== false, (value) => writer.set(element, { cancelActivity: value }), { hint: t("不停下的，环节照办，另走一路，例如催办。") }),
    note(t("这个事件画在环节的边上。")),
  ],
};
