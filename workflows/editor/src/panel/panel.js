/* The properties of what is selected. One section per matter; each kind of element has those that mean something to it. What is
   typed is written when the field is left or Enter is pressed, as one step of undo. */
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

import { h } from "../page/dom.js";
import { t } from "../words.js";
import { kindOf, nameOf } from "./kind.js";
import { SECTIONS } from "./sections.js";

export class Panel {
  constructor(modeler, writer, server, data, problems) {
    Object.assign(this, { modeler, writer, server, data, problems });
    this.body = h("div", { class: "ed-sections" });
    this.chooser = h("select", { class: "form-select", "aria-label": t("选择图中的元素"), onchange: () => this.choose(this.chooser.value) });
    this.root = h("aside", { class: "ed-panel", "aria-label": t("属性") }, h("div", { class: "ed-panel-head" }, this.chooser), this.body);
    this.element = null;
    this.keep = null;
    this.opened = new Map();
    modeler.on("selection.changed", () => this.refresh());
    modeler.on("commandStack.changed", () => this.refresh());
    problems.onFields(() => this.refresh({ quiet: true }));
    this.refresh();
  }

  /** What the panel is about: the one selected element, a label's owner, else the whole sheet. */
  current() {
    const selected = this.modeler.get("selection").get();
    if (selected.length > 1) return null;
    const one = selected[0]?.labelTarget ?? selected[0] ?? this.modeler.get("canvas").getRootElement();
    return one.parent || one === this.modeler.get("canvas").getRootElement() ? one : null;
  }

  refresh({ quiet = false } = {}) {
    const element = this.current();
    const same = element === this.element;
    this.element = element;
    const held = same ? heldBy(this.body) : null;
    if (quiet && held) return;
    this.outline();
    if (!element) this.body.replaceChildren(h("p", { class: "ed-none" }, t("选中了几个元素。选中一个，这里就显示它的属性。")));
    else this.body.replaceChildren(...this.sections(element));
    if (held) restore(this.body, held);
  }

  sections(element) {
    const bo = getBusinessObject(element);
    const context = { panel: this, modeler: this.modeler, writer: this.writer, server: this.server, data: this.data, fields: this.problems.fields, element, bo };
    const head = h("h2", { class: "ed-kind-name" }, kindOf(element));
    const made = SECTIONS.filter(({ when }) => when(element, bo)).map(({ id, title, rows, open }) => {
      const content = rows(context).flat(Infinity).filter(Boolean);
      if (!content.length) return null;
      const shown = this.opened.get(id) ?? open !== false;
      return h(
        "details",
        { class: "ed-section", open: shown, "data-section": id, ontoggle: (event) => this.opened.set(id, event.target.open) },
        h("summary", {}, title()),
        h("div", { class: "ed-rows" }, ...content),
      );
    });
    return [head, ...made.filter(Boolean)];
  }

  /** The list of everything drawn, so that an element can be chosen without pointing at it. */
  outline() {
    const root = this.modeler.get("canvas").getRootElement();
    const all = this.modeler
      .get("elementRegistry")
      .filter((one) => one.parent && !one.labelTarget && !one.isImplicit)
      .map((one) => ({ one, words: nameOf(one) }));
    const shapes = all.filter(({ one }) => !one.waypoints).sort((a, b) => a.one.x - b.one.x || a.one.y - b.one.y);
    const flows = all.filter(({ one }) => one.waypoints && is(one, "bpmn:SequenceFlow"));
    const option = ({ one, words }) => h("option", { value: one.id }, words);
    this.chooser.replaceChildren(
      h("option", { value: "" }, t("整个流程")),
      h("optgroup", { label: t("环节和事件") }, ...shapes.map(option)),
      h("optgroup", { label: t("连线") }, ...flows.map(option)),
    );
    this.chooser.value = this.element && this.element !== root ? this.element.id : "";
  }

  choose(id) {
    const element = this.modeler.get("elementRegistry").get(id);
    this.modeler.get("selection").select(element ?? null);
    if (element) this.modeler.get("canvas").scrollToElement(element, 80);
  }

  /** A link to another page about this drawing: what is not kept yet is kept first, so that the page has it. */
  async leave(event) {
    if (!this.keep || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { href } = event.currentTarget;
    if (await this.keep()) window.location.assign(href);
  }

  /** After something was put in with the keyboard: its name is typed next. */
  toName() {
    this.refresh();
    const name = this.body.querySelector("[data-field=name]") ?? this.body.querySelector("input, select, textarea");
    name?.focus();
    name?.select?.();
  }
}

/** Which field has the focus, and where in it; the fields are made anew after every change. */
function heldBy(body) {
  const field = document.activeElement;
  if (!field || !body.contains(field) || !field.dataset.field) return null;
  const held = { name: field.dataset.field, value: field.value };
  if (field.selectionStart !== undefined && field.type !== "checkbox") {
    try {
      Object.assign(held, { start: field.selectionStart, end: field.selectionEnd });
    } catch {
      /* a number field has no selection */
    }
  }
  return held;
}

function restore(body, held) {
  const field = body.querySelector(`[data-field="${CSS.escape(held.name)}"]`);
  if (!field) return;
  field.focus({ preventScroll: true });
  if (held.start !== undefined && field.setSelectionRange && /^(text|search|)$/.test(field.type ?? "") && field.value === held.value) {
    field.setSelectionRange(held.start, held.end);
  }
}
