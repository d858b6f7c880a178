/* The fields of the panel: a label, a control, words below it. `change` is called with what was typed when the field is left. */
import { freshId, h } from "../page/dom.js";
import { t } from "../words.js";

/** A field around a control; `name` is what the panel finds it by after it has been made anew. */
function around(label, control, { hint, problem, ok, after } = {}) {
  const id = freshId("field");
  control.id = id;
  const told = [];
  if (hint) told.push(h("div", { class: "ed-hint", id: `${id}-hint` }, hint));
  const state = h("div", { class: `ed-told${problem ? " ed-told-bad" : ""}`, id: `${id}-told`, "aria-live": "polite" }, problem ?? ok ?? "");
  told.push(state);
  control.setAttribute("aria-describedby", told.map((one) => one.id).join(" "));
  if (problem) control.setAttribute("aria-invalid", "true");
  const field = h("div", { class: "ed-field" }, h("label", { for: id }, label), control, after ?? null, ...told);
  field.control = control;
  field.tell = (words, bad = false) => {
    state.textContent = words;
    state.classList.toggle("ed-told-bad", bad);
    control.toggleAttribute("aria-invalid", bad);
    if (bad) control.setAttribute("aria-invalid", "true");
  };
  return field;
}

/** One line. `suggestions` (`[{value, label}]`) are offered while typing, and anything else can be typed. */
export function text(label, name, value, change, { suggestions, type = "text", mono = false, live, placeholder, ...more } = {}) {
  const control = h("input", {
    type, class: `form-control${mono ? " ed-mono" : ""}`, value: value ?? "", "data-field": name, autocomplete: "off", spellcheck: "false",
    placeholder, onchange: (event) => change(event.target.value.trim(), event.target), oninput: live ? (event) => live(event.target.value, event.target) : null,
    min: more.min, max: more.max, inputmode: more.inputmode,
  }); // prettier-ignore
  const field = around(label, control, more);
  if (suggestions?.length) {
    const list = h("datalist", { id: freshId("list") }, ...suggestions.map((one) => h("option", { value: one.value }, one.label)));
    control.setAttribute("list", list.id);
    field.append(list);
  }
  return field;
}

/** Several lines. */
export function area(label, name, value, change, { rows = 3, mono = false, live, ...more } = {}) {
  const control = h("textarea", {
    class: `form-control${mono ? " ed-mono" : ""}`, rows, value: value ?? "", "data-field": name, spellcheck: "false",
    onchange: (event) => change(event.target.value.trim(), event.target), oninput: live ? (event) => live(event.target.value, event.target) : null,
  }); // prettier-ignore
  return around(label, control, more);
}

/** One of several: `options` are `[value, words]`; a value that is none of them is kept and named as it is. */
export function select(label, name, value, options, change, more = {}) {
  const known = options.some(([one]) => one === (value ?? ""));
  const all = known || !value ? options : [...options, [value, t("{value}（列表里没有）", { value })]];
  const control = h(
    "select",
    { class: "form-select", "data-field": name, onchange: (event) => change(event.target.value, event.target) },
    ...all.map(([one, words]) => h("option", { value: one, selected: one === (value ?? "") }, words)),
  );
  return around(label, control, more);
}

/** Yes or no. */
export function check(label, name, value, change, { hint } = {}) {
  const id = freshId("field");
  const control = h("input", {
    type: "checkbox", id, class: "form-check-input", checked: Boolean(value), "data-field": name, "aria-describedby": hint ? `${id}-hint` : null,
    onchange: (event) => change(event.target.checked),
  }); // prettier-ignore
  const told = hint ? h("div", { class: "ed-hint", id: `${id}-hint` }, hint) : null;
  return h("div", { class: "ed-field ed-check" }, control, h("label", { for: id }, label), told);
}

/** Any of several: `options` are `[value, words]`, `values` the chosen ones; `change` gets them in the order of the options. */
export function checks(label, name, values, options, change) {
  const unknown = values.filter((value) => !options.some(([one]) => one === value)).map((value) => [value, value]);
  const all = [...options, ...unknown];
  const boxes = all.map(([value, words], place) => {
    const id = freshId("field");
    const box = h("input", {
      type: "checkbox", id, class: "form-check-input", value, checked: values.includes(value), "data-field": `${name}.${place}`,
      onchange: () => change(boxes.map((one) => one.firstChild).filter((one) => one.checked).map((one) => one.value)),
    }); // prettier-ignore
    return h("div", { class: "ed-check" }, box, h("label", { for: id }, words));
  });
  return h("fieldset", { class: "ed-field ed-checks" }, h("legend", {}, label), h("div", { class: "ed-scroll", tabindex: boxes.length > 6 ? "0" : null, role: boxes.length > 6 ? "group" : null, "aria-label": boxes.length > 6 ? label : null }, ...boxes));
}

/** Several small fields in a row. */
export const row = (...fields) => h("div", { class: "ed-row" }, ...fields.filter(Boolean));

export const button = (words, act, { name, kind = "quiet", label } = {}) =>
  h("button", { type: "button", class: `btn btn-${kind} ed-small`, "data-field": name ?? null, "aria-label": label ?? null, onclick: act }, words);

export const note = (...words) => h("p", { class: "ed-hint" }, ...words);
