/* Who does a step: holders of roles of the two bodies, people by name, one person, or whoever an expression gives. */
import { isAny } from "bpmn-js/lib/util/ModelUtil";

import { extensionOf } from "../modeling/extensions.js";
import { t } from "../words.js";
import { feel } from "./expression.js";
import { checks, note, select } from "./fields.js";

const listed = (text) => (text ?? "").split(",").map((one) => one.trim()).filter(Boolean);
const computed = (text) => (text ?? "").trim().startsWith("=");
/* Which way of saying it a step has chosen but not yet filled in, by element id. */
const chosen = new Map();

function modeOf(id, { assignee, candidateGroups, candidateUsers }) {
  const written = computed(assignee) || computed(candidateGroups) || computed(candidateUsers)
    ? "expression"
    : assignee ? "person" : candidateGroups ? "roles" : candidateUsers ? "people" : ""; // prettier-ignore
  return chosen.get(id) ?? written;
}

export const who = {
  id: "who",
  title: () => t("谁来办"),
  when: (element) => isAny(element, ["bpmn:UserTask", "bpmn:ManualTask"]),
  rows: (context) => {
    const { element, bo, writer, data, panel } = context;
    const found = extensionOf(bo, "zeebe:AssignmentDefinition");
    const assignment = { assignee: found?.assignee, candidateGroups: found?.candidateGroups, candidateUsers: found?.candidateUsers };
    const mode = modeOf(bo.id, assignment);
    const write = (changes) => {
      chosen.delete(bo.id);
      writer.setExtension(element, "zeebe:AssignmentDefinition", { assignee: "", candidateGroups: "", candidateUsers: "", ...changes });
    };
    const modes = [
      ["", t("按泳道的角色，或还没有定")],
      ["roles", t("由角色办理")],
      ["people", t("由几个人中的一人办理")],
      ["person", t("由指定的一人办理")],
      ["expression", t("由表达式算出")],
    ];
    const rows = [
      select(t("办理人"), "who.mode", mode, modes, (value) => {
        chosen.set(bo.id, value);
        if (value === "") write({});
        else panel.refresh();
      }),
    ];
    if (mode === "roles") rows.push(...roles(context, assignment, write));
    const people = data.people.map((one) => [one.username, `${one.label}（${one.username}）`]);
    if (mode === "people") rows.push(checks(t("哪些人"), "who.people", listed(assignment.candidateUsers), people, (values) => write({ candidateUsers: values.join(", ") })));
    if (mode === "person") rows.push(select(t("哪一位"), "who.person", assignment.assignee ?? "", [["", t("请选择")], ...people], (value) => write({ assignee: value })));
    if (mode === "expression") {
      const [target, text] = Object.entries(assignment).find(([, value]) => computed(value)) ?? ["assignee", ""];
      const targets = [["assignee", t("一个人的账号")], ["candidateGroups", t("角色的列表")], ["candidateUsers", t("账号的列表")]];
      const value = (one) => (one && !one.startsWith("=") ? `=${one}` : one);
      rows.push(select(t("算出的是"), "who.target", target, targets, (to) => text && write({ [to]: text })));
      rows.push(feel(context, t("表达式"), "who.expression", text, (one) => write({ [target]: value(one) }), { hint: t("例如 =proposer，就是提出议题的人。") }));
    }
    return rows;
  },
};

/** The roles of each body together; a role of no body in a group of its own. */
function roles({ data }, assignment, write) {
  const given = listed(assignment.candidateGroups);
  const bodies = data.bodies.map((body) => ({ ...body, roles: data.roles.filter((role) => role.key.startsWith(`${body.key}:`)) }));
  const others = data.roles.filter((role) => !bodies.some((body) => role.key.startsWith(`${body.key}:`)));
  const known = new Set(data.roles.map((role) => role.key));
  const stray = given.filter((key) => !known.has(key)).map((key) => ({ key, label: key }));
  const groups = [...bodies, { key: "", label: t("其他角色"), roles: [...others, ...stray] }].filter((one) => one.roles.length);
  return [
    ...groups.map((group) => {
      const here = group.roles.map((role) => role.key);
      return checks(group.label, `who.roles.${group.key}`, given.filter((key) => here.includes(key)), group.roles.map((role) => [role.key, role.label]), (values) =>
        write({ candidateGroups: [...given.filter((key) => !here.includes(key)), ...values].join(", ") }),
      );
    }),
    note(given.length > 1 ? t("有其中任何一个角色的人都可以办。") : t("可以勾选几个角色，有其中任何一个的人都可以办。")),
  ];
}

export const lane = {
  id: "lane",
  title: () => t("泳道的角色"),
  when: (element) => isAny(element, ["bpmn:Lane"]),
  rows: ({ element, bo, writer, data }) => {
    const attribute = bo.$attrs["sangong:role"];
    const property = extensionOf(bo, "zeebe:Properties")?.get("properties")?.find((one) => one.name === "role")?.value;
    const options = [["", t("不定角色")], ...data.roles.map((role) => [role.key, role.label])];
    const write = (value) => {
      if (attribute !== undefined) writer.set(element, { "sangong:role": value || undefined });
      else writer.setProperties(element, { role: value });
    };
    return [select(t("这条泳道由谁办"), "lane.role", attribute ?? property ?? "", options, write, { hint: t("泳道里没有写明办理人的环节，由这个角色办理。") })];
  },
};
