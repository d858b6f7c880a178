/* The list of what is wrong, below the drawing, and the way that leads to a problem, drawn on the diagram. The server checks as at
   publication; bpmnlint's rules fill the time until it has answered. */
import { h, settled } from "../page/dom.js";
import { t } from "../words.js";

const QUIET = 500;
const SHOWN = 50;

export class Problems {
  constructor(modeler, server, data) {
    this.modeler = modeler;
    this.server = server;
    this.fields = data.fields ?? [];
    this.found = [];
    this.marked = [];
    this.listeners = [];
    this.count = h("span", { class: "ed-count", role: "status" });
    this.list = h("ol", { class: "ed-problems" });
    this.root = h("details", { class: "ed-foot", open: true }, h("summary", {}, h("b", {}, t("检查结果")), " ", this.count), this.list);
    this.checkSoon = settled(() => this.check(), QUIET);
  }

  watch() {
    this.modeler.on("commandStack.changed", () => {
      this.root.setAttribute("aria-busy", "true");
      this.checkSoon();
    });
    this.check();
  }

  /** Be told when the variables conditions may use are known anew. */
  onFields(listener) {
    this.listeners.push(listener);
  }

  async check() {
    if (!this.server.has("check")) return;
    this.asked?.abort();
    this.asked = new AbortController();
    const { xml } = await this.modeler.saveXML({ format: true });
    const answer = await this.server.post("check", { xml }, this.asked.signal);
    if (answer === null) return;
    if (answer.ok) this.answered(answer.body);
    else {
      this.linting?.answered(null);
      this.count.textContent = answer.offline ? t("没有连上服务器，只作了基本检查") : answer.message;
    }
    this.root.removeAttribute("aria-busy");
  }

  get linting() {
    return this.modeler.get("linting", false);
  }

  /** Take the server's answer for the drawing as it stands. */
  answered({ problems, fields, complete }) {
    this.found = problems ?? [];
    this.root.removeAttribute("aria-busy");
    this.linting?.answered(this.found.map((one) => ({ ...one, element: this.shown(one.element) })));
    const errors = this.found.filter((one) => one.severity === "error").length;
    const warnings = this.found.length - errors;
    this.count.textContent = this.found.length ? t("须改正 {errors} 处，请留意 {warnings} 处", { errors, warnings }) : t("没有发现问题");
    if (complete === false) this.count.textContent += t("（流程较大，没有查完所有走法）");
    this.list.replaceChildren(...this.found.slice(0, SHOWN).map((problem) => this.row(problem)));
    if (fields) {
      this.fields = fields;
      for (const listener of this.listeners) listener(fields);
    }
    this.mark(this.found.find((one) => one.path?.length && one.severity === "error") ?? null);
  }

  row(problem) {
    const word = problem.severity === "error" ? t("须改正") : t("请留意");
    const way = problem.path?.length ? h("span", { class: "ed-way-words" }, t("走法："), problem.way.join(" → ")) : null;
    const button = h(
      "button",
      { type: "button", class: `ed-problem ed-${problem.severity === "error" ? "bad" : "warn"}`, onclick: () => this.show(problem, button) },
      h("b", {}, word),
      h("span", {}, problem.text, way),
    );
    return h("li", {}, button);
  }

  /** Go to a problem: its element is chosen, its way is drawn. */
  show(problem, button) {
    const element = this.modeler.get("elementRegistry").get(this.shown(problem.element));
    for (const one of this.list.querySelectorAll("[aria-current]")) one.removeAttribute("aria-current");
    button?.setAttribute("aria-current", "true");
    this.mark(problem);
    if (!element || !element.parent) return;
    this.modeler.get("selection", false)?.select(element);
    this.modeler.get("canvas").scrollToElement(element, 60);
  }

  mark(problem) {
    const canvas = this.modeler.get("canvas");
    const registry = this.modeler.get("elementRegistry");
    for (const [id, name] of this.marked) if (registry.get(id)) canvas.removeMarker(id, name);
    this.marked = [];
    if (!problem?.path?.length) return;
    const spot = this.shown(problem.element);
    const stops = [...problem.path, spot];
    const between = registry.filter((one) => {
      const at = one.waypoints ? stops.indexOf(one.source?.id) : -1;
      return at >= 0 && stops[at + 1] === one.target?.id;
    });
    for (const id of new Set([...stops, ...between.map((one) => one.id)])) {
      const name = id === spot ? "ed-spot" : "ed-way";
      if (!registry.get(id)) continue;
      canvas.addMarker(id, name);
      this.marked.push([id, name]);
    }
  }

  /** The element a problem is drawn at: a process is drawn as its pool, or as the whole sheet. */
  shown(id) {
    const registry = this.modeler.get("elementRegistry");
    if (!id || registry.get(id)) return id;
    const pool = registry.find((one) => one.businessObject?.get?.("processRef")?.id === id);
    return pool ? pool.id : this.modeler.get("canvas").getRootElement().id;
  }
}
