/* What is wrong with the drawing, shown at its elements: bpmnlint's rules at every stroke, the server's answer when it is there.
   While the server has not yet answered for the last stroke, its former answer stays at the elements it still has. */
import lintModule from "bpmn-js-bpmnlint";

import { say } from "../words.js";

const [, Linting] = lintModule.linting;

export function OfficeLinting(...services) {
  Linting.apply(this, services);
  this._answer = null;
  this._fresh = false;
  this._eventBus.on("elements.changed", 1500, () => {
    this._fresh = false;
  });
}

OfficeLinting.prototype = Object.create(Linting.prototype);
OfficeLinting.$inject = Linting.$inject;

/** Take the server's problems for the drawing as it stands; null where it did not answer. */
OfficeLinting.prototype.answered = function (problems) {
  this._answer = problems;
  this._fresh = problems !== null;
  this.update();
};

OfficeLinting.prototype.lint = async function () {
  const theirs = grouped(this._answer ?? []);
  if (this._fresh) return theirs;
  const ours = await Linting.prototype.lint.call(this);
  const told = new Set((this._answer ?? []).map((problem) => problem.element));
  for (const [rule, reports] of Object.entries(ours)) {
    const fresh = reports.filter((report) => !told.has(report.id));
    if (fresh.length) theirs[rule] = fresh.map((report) => ({ ...report, message: inWords(report.message), meta: undefined }));
  }
  return theirs;
};

function grouped(problems) {
  const rules = {};
  for (const { element, severity, text, code } of problems) {
    (rules[code] ??= []).push({ id: element, message: text, category: severity === "error" ? "error" : "warn" });
  }
  return rules;
}

/* Three of the rules write a name into their sentence, so the catalogue has them as patterns. */
const NAMED = [
  [/^Element type <bpmn:ComplexGateway> is discouraged$/, () => say("Complex gateway")],
  [/^Link (?:catch|throw) event with link name <(.*)> missing in scope$/, (name) => `${say("Link event is missing link name")}：${name}`],
  [/^Duplicate link catch event with link name <(.*)> in scope$/, (name) => `${say("Element name is not unique")}：${name}`],
];

/** A rule's sentence in the page's language. */
export function inWords(message) {
  for (const [pattern, words] of NAMED) {
    const found = message.match(pattern);
    if (found) return words(found[1]);
  }
  return say(message);
}

export const lintingModule = {
  __depends__: [lintModule],
  linting: ["type", OfficeLinting],
};
