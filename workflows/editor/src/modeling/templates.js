/* The house's own building blocks: one or several steps at once, with what the shipped flow `joint_decision` writes into them. */
import { writeDue } from "../panel/time.js";
import { t } from "../words.js";

const due = (days) => `=date and time(date(now()) + duration("P${days}D"), time("17:30:00"))`;
const BOTH_SECRETARIES = "town:secretary, zone:secretary";

/** A step people do: its page, who, when, and where an item stands meanwhile. */
const step = (name, { x, y = 0, form, groups, days, stage, about, fields = {} }) => ({
  type: "bpmn:UserTask", name, x, y, form, groups, due: days && due(days), properties: { stage, ...fields }, about,
}); // prettier-ignore
const gateway = (kind, name, x, y = 0) => ({ type: `bpmn:${kind}Gateway`, name, x, y });

/**
 * Every block: `nodes` by a name of its own with the middle's place in px, `flows` as [from, to, {name, when, otherwise}].
 * `when` is FEEL; `otherwise` marks the default. A function, because the words depend on the page's language.
 */
export const templates = () => [
  {
    id: "confirm",
    label: t("双方确认"),
    hint: t("镇党委秘书、示范区党组秘书各自确认，都确认才往下走"),
    nodes: {
      fork: gateway("Parallel", "", 0),
      town: step("党委确认", { x: 120, y: -70, form: "decisions.confirm", groups: "town:secretary", days: 3, stage: "propose",
        about: "镇党委秘书代表本方确认议题，或说明理由退回（R12）。" }), // prettier-ignore
      zone: step("党组确认", { x: 120, y: 70, form: "decisions.confirm", groups: "zone:secretary", days: 3, stage: "propose",
        about: "示范区党组秘书代表本方确认议题，或说明理由退回（R12）。" }), // prettier-ignore
      join: gateway("Parallel", "", 240),
      confirmed: gateway("Exclusive", "均确认？", 330),
    },
    flows: [["fork", "town"], ["fork", "zone"], ["town", "join"], ["zone", "join"], ["join", "confirmed"]],
  },
  {
    id: "plan",
    label: t("编制方案"),
    hint: t("双方共同编制方案，14 天内完成"),
    nodes: {
      plan: step("编制方案", { x: 0, form: "decisions.plan", groups: "town:proposer, zone:proposer", days: 14, stage: "plan",
        about: "双方共同编制方案，每次修改留存版本。" }), // prettier-ignore
    },
    flows: [],
  },
  {
    id: "legality",
    label: t("合法性审查"),
    hint: t("法律顾问审查，结论分合法和不合法两路"),
    nodes: {
      legality: step("合法性审查", { x: 0, form: "decisions.legality", groups: "legal", days: 9, stage: "plan",
        about: "合法性审查，结论不合法的退回修改方案（R4）。" }), // prettier-ignore
      legal: gateway("Exclusive", "合法？", 120),
    },
    flows: [["legality", "legal"]],
  },
  {
    id: "deliberate",
    label: t("联席审议"),
    hint: t("列入议程，双方在联席会议上各自表决，按结果分路"),
    nodes: {
      table: step("列入议程", { x: 0, form: "decisions.table", groups: BOTH_SECRETARIES, days: 5, stage: "deliberate",
        about: "列入联席会议议程，材料齐备方可列入（R3）。" }), // prettier-ignore
      deliberate: {
        type: "bpmn:ReceiveTask", name: "联席会议审议", x: 150, y: 0, message: ["result_announced", "=subject"],
        properties: { stage: "deliberate" }, about: "双方在一次会议上各自表决，公布结果后继续。",
      }, // prettier-ignore
      outcome: gateway("Exclusive", "都通过？", 270),
    },
    flows: [["table", "deliberate"], ["deliberate", "outcome"], ["outcome", "table", { name: "暂缓，重新列入", when: '=outcome = "deferred"' }]],
  },
  {
    id: "sign",
    label: t("双方会签"),
    hint: t("双方主要负责同志同时签署同一份文件，都签了才往下走"),
    nodes: {
      fork: gateway("Parallel", "", 0),
      town: step("党委会签", { x: 120, y: -70, form: "decisions.sign", groups: "town:chair", days: 2, stage: "sign",
        about: "镇党委主要负责同志签署同一份文件（R45）。" }), // prettier-ignore
      zone: step("党组会签", { x: 120, y: 70, form: "decisions.sign", groups: "zone:chair", days: 2, stage: "sign",
        about: "示范区党组主要负责同志签署同一份文件（R45）。" }), // prettier-ignore
      join: gateway("Parallel", "", 240),
    },
    flows: [["fork", "town"], ["fork", "zone"], ["town", "join"], ["zone", "join"]],
  },
  {
    id: "publish",
    label: t("公开"),
    hint: t("秘书登记公开的方式和日期"),
    nodes: {
      publish: step("公开", { x: 0, groups: BOTH_SECRETARIES, days: 5, stage: "execute", about: "按规定公开决定，登记公开的方式和日期。",
        fields: { "field.published_by": "choice|公开方式|公开栏,政府网站,内部通报", "field.published_on": "text|公开日期" } }), // prettier-ignore
    },
    flows: [],
  },
  {
    id: "supervise",
    label: t("交办督办"),
    hint: t("交办执行，再督办到办结"),
    nodes: {
      execute: step("交办执行", { x: 0, form: "decisions.execute", groups: BOTH_SECRETARIES, days: 3, stage: "execute",
        about: "确定承办单位，交办执行。" }), // prettier-ignore
      supervise: step("督办", { x: 150, groups: BOTH_SECRETARIES, days: 30, stage: "execute", about: "了解进展，办结的登记办结。",
        fields: { "field.finished": "boolean|是否办结", "field.progress": "text|进展情况" } }), // prettier-ignore
      finished: gateway("Exclusive", "已办结？", 270),
    },
    flows: [["execute", "supervise"], ["supervise", "finished"], ["finished", "supervise", { name: "未办结", when: "=finished = false" }]],
  },
];

/** Makes the diagram elements of a block, with their properties, ready for `create.start` or `modeling.createElements`. */
export function elementsOf(template, modeler, writer) {
  const factory = modeler.get("elementFactory");
  const made = Object.fromEntries(
    Object.entries(template.nodes).map(([key, node]) => [key, shapeOf(node, factory, writer)]),
  );
  const flows = template.flows.map(([from, to, more = {}]) => {
    const [source, target] = [made[from], made[to]];
    const flow = factory.createConnection({ type: "bpmn:SequenceFlow", source, target, waypoints: waypoints(source, target) });
    if (more.name) flow.businessObject.set("name", more.name);
    if (more.when) {
      const body = writer.makeIn(flow.businessObject, "bpmn:FormalExpression", { body: more.when });
      flow.businessObject.set("conditionExpression", body);
    }
    return flow;
  });
  return [...Object.values(made), ...flows];
}

function shapeOf(node, factory, writer) {
  const shape = factory.createShape({ type: node.type });
  shape.x = Math.round(node.x - shape.width / 2);
  shape.y = Math.round(node.y - shape.height / 2);
  const bo = shape.businessObject;
  if (node.name) bo.set("name", node.name);
  if (node.about) bo.set("documentation", [writer.makeIn(bo, "bpmn:Documentation", { text: node.about })]);
  if (node.message) {
    const [name, key] = node.message;
    bo.set("messageRef", messageOf(writer, name, key));
  }
  const values = [];
  if (node.type === "bpmn:UserTask") values.push(writer.make("zeebe:UserTask"));
  if (node.form) values.push(writer.make("zeebe:FormDefinition", { externalReference: node.form }));
  if (node.groups) values.push(writer.make("zeebe:AssignmentDefinition", { candidateGroups: node.groups }));
  if (node.due) values.push(writer.make("zeebe:TaskSchedule", { dueDate: node.due }));
  const named = Object.entries(node.properties ?? {}).filter(([, value]) => value);
  if (named.length) {
    const properties = named.map(([name, value]) => writer.make("zeebe:Property", { name, value }));
    values.push(writer.make("zeebe:Properties", { properties }));
    for (const one of properties) one.$parent = values.at(-1);
  }
  if (values.length) {
    const holder = writer.makeIn(bo, "bpmn:ExtensionElements", { values });
    for (const value of values) value.$parent = holder;
    bo.set("extensionElements", holder);
  }
  return shape;
}

/** The file's message of this name; a new one is given the key by which it finds its case. */
export function messageOf(writer, name, key) {
  const message = writer.rootElement("bpmn:Message", "name", name);
  if (key && !message.get("extensionElements")) {
    const subscription = writer.make("zeebe:Subscription", { correlationKey: key });
    const holder = writer.makeIn(message, "bpmn:ExtensionElements", { values: [subscription] });
    subscription.$parent = holder;
    message.set("extensionElements", holder);
  }
  return message;
}

function waypoints(source, target) {
  const middle = (shape) => ({ x: shape.x + shape.width / 2, y: shape.y + shape.height / 2 });
  const [a, b] = [middle(source), middle(target)];
  if (b.x < a.x) {
    const high = Math.min(source.y, target.y) - 30;
    return [{ x: a.x, y: source.y }, { x: a.x, y: high }, { x: b.x, y: high }, { x: b.x, y: target.y }];
  }
  if (a.y === b.y) return [{ x: source.x + source.width, y: a.y }, { x: target.x, y: b.y }];
  const gate = /Gateway$/.test(source.type);
  return gate
    ? [{ x: a.x, y: b.y < a.y ? source.y : source.y + source.height }, { x: a.x, y: b.y }, { x: target.x, y: b.y }]
    : [{ x: source.x + source.width, y: a.y }, { x: b.x, y: a.y }, { x: b.x, y: a.y < b.y ? target.y : target.y + target.height }];
}
