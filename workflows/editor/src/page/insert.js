/* Putting in an element by its name, with the keyboard alone: type, choose with the arrows, Enter. */
import { kinds } from "../modeling/kinds.js";
import { placeKind, placeTemplate, sourceOf } from "../modeling/placing.js";
import { templates } from "../modeling/templates.js";
import { t } from "../words.js";
import { freshId, h } from "./dom.js";

/** `{root, open}`: the dialog and what opens it. */
export function insertDialog(modeler, house) {
  const [titleId, listId, noteId] = [freshId("title"), freshId("list"), freshId("note")];
  const search = h("input", {
    type: "text", class: "form-control", role: "combobox", autocomplete: "off", "aria-expanded": "true",
    "aria-controls": listId, "aria-autocomplete": "list", "aria-labelledby": titleId, "aria-describedby": noteId,
  }); // prettier-ignore
  const list = h("ul", { id: listId, class: "ed-kinds", role: "listbox", "aria-labelledby": titleId });
  const note = h("p", { id: noteId, class: "meta" });
  const close = h("button", { type: "button", class: "ed-close", "aria-label": t("关闭"), onclick: () => root.close() }, "×");
  const root = h(
    "dialog",
    { class: "ed-dialog", "aria-labelledby": titleId },
    h("div", { class: "ed-dialog-head" }, h("h2", { id: titleId }, t("添加环节")), close),
    search,
    note,
    list,
  );
  let shown = [];
  let at = 0;

  const entries = () => [
    ...templates().map((one) => ({ label: one.label, hint: one.hint, put: () => placeTemplate(modeler, house.writer, one) })),
    ...kinds().map(([, label, attributes, symbol]) => ({ label, symbol, put: () => placeKind(modeler, attributes) })),
  ];
  const draw = () => {
    const wanted = search.value.trim().toLowerCase();
    shown = entries().filter((one) => `${one.label}${one.hint ?? ""}`.toLowerCase().includes(wanted));
    at = Math.min(at, Math.max(shown.length - 1, 0));
    list.replaceChildren(
      ...shown.map((one, place) =>
        h(
          "li",
          { id: `${listId}-${place}`, role: "option", "aria-selected": String(place === at), onclick: () => put(place) },
          one.symbol ? h("span", { class: `ed-kind ${one.symbol}`, "aria-hidden": "true" }) : h("span", { class: "ed-kind ed-kind-house", "aria-hidden": "true" }),
          h("span", {}, one.label, one.hint ? h("small", {}, one.hint) : null),
        ),
      ),
    );
    if (!shown.length) list.append(h("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, t("没有叫这个名字的")));
    search.setAttribute("aria-activedescendant", shown.length ? `${listId}-${at}` : "");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const put = (place) => {
    if (!shown[place]) return;
    root.close();
    house.afterPut(shown[place].put());
  };
  search.addEventListener("input", () => {
    at = 0;
    draw();
  });
  search.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length) {
      at = (at + step + shown.length) % shown.length;
      draw();
    } else if (event.key === "Enter") put(at);
    else return;
    event.preventDefault();
  });
  const open = () => {
    const source = sourceOf(modeler);
    note.textContent = source
      ? t("接在“{name}”后面。", { name: source.businessObject.name || source.businessObject.id })
      : t("放在画面中间。先选中一个环节，新的就接在它后面。");
    search.value = "";
    at = 0;
    root.showModal();
    draw();
    search.focus();
  };
  return { root, open };
}
