/* What the system does at a step: a handler, a decision, another flow, a computation; what goes in and comes back; several times. */
import { is, isAny } from "bpmn-js/lib/util/ModelUtil";

import { extensionOf } from "../modeling/extensions.js";
import { h } from "../page/dom.js";
import { t } from "../words.js";
import { feel } from "./expression.js";
import { button, check, note, row, select, text } from "./fields.js";

const feelText = (value) => (value && !value.startsWith("=") ? `=${value}` : value);

export const job = {
  id: "job",
  title: () => t("由哪个处理程序办"),
  when: (element, bo) => is(element, "bpmn:ServiceTask") || (is(element, "bpmn:SendTask") && Boolean(extensionOf(bo, "zeebe:TaskDefinition"))),
  rows: ({ element, bo, writer, data }) => {
    const found = extensionOf(bo, "zeebe:TaskDefinition");
    const options = [["", t("请选择")], ...data.handlers.map((one) => [one.name, one.label === one.name ? one.name : `${one.label}（${one.name}）`])];
    return [
      select(t("处理程序"), "job.type", found?.type ?? "", options, (type) => {
        if (type) writer.setExtension(element, "zeebe:TaskDefinition", { type });
        else writer.replaceExtensions(element, "zeebe:TaskDefinition", []);
      }),
      data.handlers.length ? null : note(t("系统里还没有登记处理程序。")),
    ];
  },
};

export const decision = {
  id: "decision",
  title: () => t("问哪张决策表"),
  when: (element) => is(element, "bpmn:BusinessRuleTask"),
  rows: ({ element, bo, writer, data }) => {
    const found = extensionOf(bo, "zeebe:CalledDecision");
    const set = (changes) => {
      const next = { decisionId: found?.decisionId ?? "", resultVariable: found?.resultVariable ?? "", ...changes };
      if (next.decisionId || next.resultVariable) writer.setExtension(element, "zeebe:CalledDecision", next);
      else writer.replaceExtensions(element, "zeebe:CalledDecision", []);
    };
    const options = [["", t("请选择")], ...data.decisions.map((one) => [one.id, one.label])];
    return [
      select(t("决策"), "decision.id", found?.decisionId ?? "", options, (decisionId) => set({ decisionId, resultVariable: found?.resultVariable || decisionId })),
      text(t("结果放进变量"), "decision.result", found?.resultVariable ?? "", (resultVariable) => set({ resultVariable }), { mono: true }),
    ];
  },
};

export const call = {
  id: "call",
  title: () => t("调用哪个流程"),
  when: (element) => is(element, "bpmn:CallActivity"),
  rows: ({ element, bo, writer, data }) => {
    const found = extensionOf(bo, "zeebe:CalledElement");
    const set = (changes) => writer.setExtension(element, "zeebe:CalledElement", changes);
    const options = [["", t("请选择")], ...data.flows.map((one) => [one.key, one.label])];
    const bindings = [["latest", t("当时最新发布的一版")], ["deployment", t("本流程发布时的一版")], ["versionTag", t("有版本标记的一版")]];
    return [
      select(t("流程"), "call.id", found?.processId ?? "", options, (processId) => set({ processId })),
      select(t("用哪一版"), "call.binding", found?.bindingType ?? "latest", bindings, (bindingType) => set({ bindingType })),
      found?.bindingType === "versionTag" ? text(t("版本标记"), "call.tag", found.versionTag ?? "", (versionTag) => set({ versionTag })) : null,
      check(t("把全部变量交给它"), "call.out", found?.propagateAllParentVariables !== false, (value) => set({ propagateAllParentVariables: value })),
      check(t("办完后取回它的全部变量"), "call.back", found?.propagateAllChildVariables !== false, (value) => set({ propagateAllChildVariables: value })),
    ];
  },
};

export const script = {
  id: "script",
  title: () => t("算什么"),
  when: (element) => is(element, "bpmn:ScriptTask"),
  rows: (context) => {
    const { element, bo, writer } = context;
    const found = extensionOf(bo, "zeebe:Script");
    const set = (changes) => writer.setExtension(element, "zeebe:Script", changes);
    return [
      feel(context, t("表达式（FEEL）"), "script.expression", found?.expression ?? "", (value) => set({ expression: feelText(value) })),
      text(t("结果放进变量"), "script.result", found?.resultVariable ?? "", (resultVariable) => set({ resultVariable }), { mono: true }),
    ];
  },
};

export const mapping = {
  id: "mapping",
  title: () => t("变量进出"),
  when: (element) => isAny(element, ["bpmn:Activity", "bpmn:IntermediateCatchEvent", "bpmn:IntermediateThrowEvent", "bpmn:BoundaryEvent"]) && !is(element, "bpmn:AdHocSubProcess"),
  open: false,
  rows: (context) => {
    const { element, bo, writer } = context;
    const found = extensionOf(bo, "zeebe:IoMapping");
    const both = { inputParameters: found?.inputParameters ?? [], outputParameters: found?.outputParameters ?? [] };
    const write = (name, list) => {
      const next = { ...both, [name]: list };
      const mapped = writer.make("zeebe:IoMapping", next);
      for (const one of [...next.inputParameters, ...next.outputParameters]) one.$parent = mapped;
      writer.replaceExtensions(element, "zeebe:IoMapping", next.inputParameters.length + next.outputParameters.length ? [mapped] : []);
    };
    const side = (name, type, title, more) => [
      both[name].length
        ? h("ul", { class: "ed-items", "aria-label": title }, ...both[name].map((one, at) => {
            const change = (changes) => write(name, both[name].map((each, place) => (place === at ? writer.make(type, { source: each.source, target: each.target, ...changes }) : each)));
            return h("li", {}, row(
              text(t("变量"), `${name}.${at}.target`, one.target, (target) => change({ target }), { mono: true }),
              text(t("取自（FEEL）"), `${name}.${at}.source`, one.source, (source) => change({ source: feelText(source) }), { mono: true }),
            ), button(t("删去"), () => write(name, both[name].filter((_one, place) => place !== at)), { name: `${name}.${at}.remove`, label: t("删去变量“{name}”", { name: one.target }) })); // prettier-ignore
          }))
        : null,
      button(more, () => write(name, [...both[name], writer.make(type, { source: "=null", target: `value_${both[name].length + 1}` })]), { name: `${name}.add`, kind: "secondary" }),
    ]; // prettier-ignore
    return [
      ...(is(element, "bpmn:Activity") || is(element, "bpmn:IntermediateThrowEvent") ? side("inputParameters", "zeebe:Input", t("交给这一步的变量"), t("添加交给这一步的变量")) : []),
      ...side("outputParameters", "zeebe:Output", t("这一步带出的变量"), t("添加这一步带出的变量")),
    ];
  },
};

export const several = {
  id: "several",
  title: () => t("办几次"),
  when: (element) => is(element, "bpmn:Activity") && !is(element, "bpmn:AdHocSubProcess"),
  open: false,
  rows: (context) => {
    const { element, bo, writer } = context;
    const loop = bo.get("loopCharacteristics");
    const multi = loop && is(loop, "bpmn:MultiInstanceLoopCharacteristics");
    const mode = !loop ? "" : multi ? (loop.isSequential ? "sequential" : "parallel") : "loop";
    const modes = [["", t("办一次")], ["parallel", t("每人一份，同时办")], ["sequential", t("每人一份，依次办")], ["loop", t("办到条件成立为止")]];
    const rows = [
      select(t("次数"), "several.mode", mode, modes, (to) => {
        if (!to) return writer.set(element, { loopCharacteristics: undefined });
        if (to === "loop") return writer.set(element, { loopCharacteristics: writer.makeIn(bo, "bpmn:StandardLoopCharacteristics") });
        if (multi) return writer.setPart(element, loop, { isSequential: to === "sequential" });
        return writer.set(element, { loopCharacteristics: writer.makeIn(bo, "bpmn:MultiInstanceLoopCharacteristics", { isSequential: to === "sequential" }) });
      }),
    ];
    const expression = (name, label, value) =>
      feel(context, label, `several.${name}`, loop.get(name)?.get("body") ?? "", (body) =>
        writer.setPart(element, loop, { [name]: body ? writer.makeIn(loop, "bpmn:FormalExpression", { body: feelText(body) }) : undefined }), value); // prettier-ignore
    if (multi) {
      const each = extensionOf(loop, "zeebe:LoopCharacteristics");
      const set = (changes) => writer.setExtension(element, "zeebe:LoopCharacteristics", changes, loop);
      rows.push(
        feel(context, t("按哪个列表，每项一份"), "several.collection", each?.inputCollection ?? "", (value) => set({ inputCollection: feelText(value) }), { hint: t("例如 =members") }),
        text(t("每一份里，这一项叫什么"), "several.element", each?.inputElement ?? "", (value) => set({ inputElement: value }), { mono: true }),
        row(
          text(t("结果收进列表"), "several.output", each?.outputCollection ?? "", (value) => set({ outputCollection: value }), { mono: true }),
          text(t("每份的结果（FEEL）"), "several.outputElement", each?.outputElement ?? "", (value) => set({ outputElement: feelText(value) }), { mono: true }),
        ),
        expression("completionCondition", t("提前办完的条件"), { kind: "condition", hint: t("例如 =nrOfCompletedInstances >= 5") }),
      );
    } else if (loop) {
      rows.push(expression("loopCondition", t("还要再办的条件"), { kind: "condition" }));
      rows.push(check(t("先看条件再办"), "several.before", loop.testBefore, (value) => writer.setPart(element, loop, { testBefore: value })));
      rows.push(text(t("最多几次"), "several.most", loop.loopMaximum ?? "", (value) => writer.setPart(element, loop, { loopMaximum: value ? Number(value) : undefined }), { type: "number", min: 1 }));
    }
    return rows;
  },
};
