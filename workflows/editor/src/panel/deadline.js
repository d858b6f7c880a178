/* When a step is due, in working days or days of the calendar or by an expression, and when whoever has it is reminded. */
import { is, isAny } from "bpmn-js/lib/util/ModelUtil";

import { allTaggedOf, extensionOf, taggedOf } from "../modeling/extensions.js";
import { h } from "../page/dom.js";
import { t } from "../words.js";
import { feel } from "./expression.js";
import { button, note, row, select, text } from "./fields.js";
import { readDue, readReminder, writeDue, writeReminder } from "./time.js";

const PERSONAL = ["bpmn:UserTask", "bpmn:ManualTask"];
const DEADLINE = "sangong:deadline";
const REMINDER = "sangong:reminder";
const MOST_DAYS = 260;
const MOST_AMOUNT = 365;
const MOST_TIMES = 30;
const MOST_REMINDERS = 6;

/** Whether a step is done by people. */
export const byPeople = (element) => isAny(element, PERSONAL);

/* Which steps were set to an expression that is still to be typed. */
const spoken = new Set();

const whole = (value, least, most) => Math.min(most, Math.max(least, Math.round(Number(value)) || least));
const hour = (value) => /^([01]\d|2[0-3]):[0-5]\d$/.test(value);

export const due = {
  id: "due",
  title: () => t("期限和催办"),
  when: byPeople,
  rows: (context) => {
    const { element, bo, panel } = context;
    const computed = extensionOf(bo, "zeebe:TaskSchedule")?.dueDate ?? "";
    const counted = taggedOf(bo, DEADLINE);
    const read = readDue(computed);
    const written = counted ? "working" : !computed ? "" : read ? "days" : "feel";
    const mode = spoken.has(bo.id) ? "feel" : written;
    const write = (changes) => {
      spoken.delete(bo.id);
      put(context, changes);
    };
    const modes = [["", t("没有期限")], ["working", t("收到后几个工作日内")], ["days", t("收到后几天内")], ["feel", t("由表达式算出")]];
    const rows = [
      select(t("办理期限"), "due.mode", mode, modes, (to) => {
        if (to === "feel") {
          spoken.add(bo.id);
          panel.refresh();
        } else if (to === "working") write({ deadline: { workingDays: "5", at: "17:30" } });
        else write({ dueDate: to === "days" ? writeDue({ days: 3, at: "17:30" }) : "" });
      }),
    ];
    if (mode === "working") {
      const now = { workingDays: counted.workingDays ?? "", at: counted.at ?? "" };
      rows.push(
        row(
          text(t("天数（工作日）"), "due.working", now.workingDays, (days) => write({ deadline: { ...now, workingDays: String(whole(days, 1, MOST_DAYS)) } }), { type: "number", min: 1, max: MOST_DAYS }),
          text(t("到几点"), "due.workingAt", now.at, (at) => (!at || hour(at)) && write({ deadline: { ...now, at } }), { type: "time" }),
        ),
        note(t("收到的当天不算，按本单位的工作日历数，节假日和调休都算在内。")),
      );
    }
    if (mode === "days") {
      rows.push(
        row(
          text(t("天数（自然日）"), "due.days", read.days, (days) => write({ dueDate: writeDue({ days: Math.max(0, Math.round(Number(days)) || 0), at: read.at }) }), { type: "number", min: 0, max: 3650 }),
          text(t("到几点"), "due.at", read.at, (at) => /^\d\d:\d\d$/.test(at) && write({ dueDate: writeDue({ ...read, at }) }), { type: "time" }),
        ),
      );
    }
    if (mode === "feel") rows.push(feel(context, t("期限的表达式"), "due.feel", computed, (one) => write({ dueDate: one && !one.startsWith("=") && /[()]/.test(one) ? `=${one}` : one })));
    return [...rows, ...reminders(context, Boolean(mode), element)];
  },
};

/** Write one way of saying when the step is due, in one step of undo; reminders of nothing go with the last. */
function put({ element, bo, writer }, { dueDate = "", deadline = null }) {
  const old = extensionOf(bo, "zeebe:TaskSchedule");
  const followUpDate = old?.followUpDate;
  const schedule = dueDate || followUpDate ? [writer.make("zeebe:TaskSchedule", { ...(dueDate ? { dueDate } : {}), ...(followUpDate ? { followUpDate } : {}) })] : [];
  const fresh = [...schedule, ...(deadline ? [writer.makeTagged(DEADLINE, deadline)] : [])];
  const nothing = !dueDate && !deadline;
  const gone = (one) => is(one, "zeebe:TaskSchedule") || one.$type === DEADLINE || (nothing && one.$type === REMINDER);
  writer.replaceWhere(element, gone, fresh);
}

const units = () => [["workingDays", t("工作日")], ["days", t("天")], ["hours", t("小时")]];

function reminders(context, timed, element) {
  const { bo, writer } = context;
  const found = allTaggedOf(bo, REMINDER).map(readReminder);
  const write = (list) => writer.replaceWhere(element, (one) => one.$type === REMINDER, list.map((one) => writer.makeTagged(REMINDER, writeReminder(one))));
  const change = (at, changes) => write(found.map((one, place) => (place === at ? { ...one, ...changes } : one)));
  const lines = found.map((one, at) =>
    h(
      "li",
      {},
      row(
        text(one.times ? t("到期后每隔") : t("到期前"), `remind.${at}.amount`, one.amount, (value) => change(at, { amount: whole(value, one.times ? 1 : 0, MOST_AMOUNT) }), { type: "number", min: one.times ? 1 : 0, max: MOST_AMOUNT }),
        select(t("单位"), `remind.${at}.unit`, one.unit, units(), (unit) => change(at, { unit })),
        one.times ? text(t("共几次"), `remind.${at}.times`, one.times, (value) => change(at, { times: whole(value, 1, MOST_TIMES) }), { type: "number", min: 1, max: MOST_TIMES }) : null,
      ),
      button(t("删去"), () => write(found.filter((_one, place) => place !== at)), { name: `remind.${at}.remove`, label: t("删去第 {n} 条催办", { n: at + 1 }) }),
    ),
  );
  if (!timed) return lines.length ? [h("ul", { class: "ed-items" }, ...lines), note(t("没有期限，催办不会发出。"))] : [];
  const room = found.length < MOST_REMINDERS;
  return [
    lines.length ? h("ul", { class: "ed-items", "aria-label": t("催办") }, ...lines) : null,
    row(
      room ? button(t("添加到期前的催办"), () => write([...found, { amount: 1, unit: "workingDays", times: 0 }]), { name: "remind.before", kind: "secondary" }) : null,
      room && !found.some((one) => one.times) ? button(t("到期后重复催办"), () => write([...found, { amount: 1, unit: "workingDays", times: 5 }]), { name: "remind.after", kind: "secondary" }) : null,
    ),
    lines.length ? note(t("由系统按时发出，办理人在首页和办理页看到。收到以前的时刻不催。")) : null,
  ];
}
