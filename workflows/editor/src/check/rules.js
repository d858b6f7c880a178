/* bpmnlint's rules that say something the office's checker agrees with, as they run here: while drawing, before the server
   has answered. Left out are those the profile answers otherwise (docs/bpmn-profile.md): inclusive gateways run, going back
   into a task is no fake join, and only what people must recognise in a list needs a name. */
import adHocSubProcess from "bpmnlint/rules/ad-hoc-sub-process.js";
import conditionalEvent from "bpmnlint/rules/conditional-event.js";
import conditionalFlows from "bpmnlint/rules/conditional-flows.js";
import endEventRequired from "bpmnlint/rules/end-event-required.js";
import eventBasedGateway from "bpmnlint/rules/event-based-gateway.js";
import eventSubProcessTypedStartEvent from "bpmnlint/rules/event-sub-process-typed-start-event.js";
import linkEvent from "bpmnlint/rules/link-event.js";
import noComplexGateway from "bpmnlint/rules/no-complex-gateway.js";
import noDisconnected from "bpmnlint/rules/no-disconnected.js";
import noDuplicateSequenceFlows from "bpmnlint/rules/no-duplicate-sequence-flows.js";
import noGatewayJoinFork from "bpmnlint/rules/no-gateway-join-fork.js";
import noImplicitEnd from "bpmnlint/rules/no-implicit-end.js";
import noImplicitSplit from "bpmnlint/rules/no-implicit-split.js";
import noImplicitStart from "bpmnlint/rules/no-implicit-start.js";
import noOverlappingElements from "bpmnlint/rules/no-overlapping-elements.js";
import singleBlankStartEvent from "bpmnlint/rules/single-blank-start-event.js";
import singleEventDefinition from "bpmnlint/rules/single-event-definition.js";
import startEventRequired from "bpmnlint/rules/start-event-required.js";
import subProcessBlankStartEvent from "bpmnlint/rules/sub-process-blank-start-event.js";
import superfluousGateway from "bpmnlint/rules/superfluous-gateway.js";
import superfluousTermination from "bpmnlint/rules/superfluous-termination.js";

const RULES = {
  "ad-hoc-sub-process": [adHocSubProcess, "error"],
  "conditional-event": [conditionalEvent, "error"],
  "conditional-flows": [conditionalFlows, "error"],
  "end-event-required": [endEventRequired, "error"],
  "event-based-gateway": [eventBasedGateway, "error"],
  "event-sub-process-typed-start-event": [eventSubProcessTypedStartEvent, "error"],
  "link-event": [linkEvent, "error"],
  "no-complex-gateway": [noComplexGateway, "error"],
  "no-disconnected": [noDisconnected, "warn"],
  "no-duplicate-sequence-flows": [noDuplicateSequenceFlows, "warn"],
  "no-gateway-join-fork": [noGatewayJoinFork, "warn"],
  "no-implicit-end": [noImplicitEnd, "warn"],
  "no-implicit-split": [noImplicitSplit, "warn"],
  "no-implicit-start": [noImplicitStart, "warn"],
  "no-overlapping-elements": [noOverlappingElements, "warn"],
  "single-blank-start-event": [singleBlankStartEvent, "error"],
  "single-event-definition": [singleEventDefinition, "error"],
  "start-event-required": [startEventRequired, "error"],
  "sub-process-blank-start-event": [subProcessBlankStartEvent, "error"],
  "superfluous-gateway": [superfluousGateway, "warn"],
  "superfluous-termination": [superfluousTermination, "warn"],
};

/** What bpmnlint's Linter is made with: which rules, how grave, and where to find them. */
export const lintConfig = {
  config: { rules: Object.fromEntries(Object.entries(RULES).map(([name, [, category]]) => [name, category])) },
  resolver: {
    resolveRule: (_package, name) => RULES[name]?.[0] ?? null,
    resolveConfig: () => null,
  },
};
