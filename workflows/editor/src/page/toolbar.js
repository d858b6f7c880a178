/* The tools above the drawing. All of them are buttons with words or a name, in one toolbar that arrow keys walk through. */
import { arrange } from "../modeling/arrange.js";
import { t } from "../words.js";
import { h, icon } from "./dom.js";
import { insertDialog } from "./insert.js";
import { fit } from "./start.js";

const ZOOM = 1.25;
const LEAST = 0.2;
const MOST = 3;

/** The toolbar with its message line and the dialog it opens. */
export function toolbar({ modeler, house, saving, problems }) {
  const stack = modeler.get("commandStack");
  const canvas = modeler.get("canvas");
  const minimap = modeler.get("minimap");
  const simulation = modeler.get("toggleMode");
  const dialog = insertDialog(modeler, house);
  const zoom = (factor) => canvas.zoom(Math.min(MOST, Math.max(LEAST, canvas.zoom() * factor)), "auto");

  const undo = tool("arrow-counterclockwise", t("撤销"), () => stack.undo(), { key: "Control+Z" });
  const redo = tool("arrow-clockwise", t("重做"), () => stack.redo(), { key: "Control+Y" });
  const percent = h("span", { class: "ed-zoom", "aria-hidden": "true" });
  const map = tool("map", t("缩略图"), () => minimap.toggle(), { pressed: false });
  const play = tool("play-circle", t("走一遍"), () => simulation.toggleMode(), { words: true, pressed: false });
  const lay = tool("diagram-3", t("自动排版"), async () => {
    if (await arrange(modeler).catch(() => 0)) fit(modeler);
    else saving.say(t("这张图没有可以自动排版的环节。"));
  }, { words: true }); // prettier-ignore
  const insert = tool("plus-lg", t("添加环节"), () => dialog.open(), { words: true, key: "N" });
  const check = tool("check-circle", t("检查"), () => problems.check(), { words: true });
  const save = h("button", { type: "button", class: "btn btn-primary ed-save", onclick: () => saving.save() }, t("存为草稿"));

  const refresh = () => {
    undo.disabled = !stack.canUndo();
    redo.disabled = !stack.canRedo();
  };
  const zoomed = () => (percent.textContent = `${Math.round(canvas.zoom() * 100)}%`);
  modeler.on("commandStack.changed", refresh);
  modeler.on(["canvas.viewbox.changed", "import.done"], zoomed);
  modeler.on("minimap.toggle", ({ open }) => map.setAttribute("aria-pressed", String(open)));
  modeler.on("tokenSimulation.toggleMode", ({ active }) => {
    play.setAttribute("aria-pressed", String(active));
    for (const one of [undo, redo, lay, insert]) one.disabled = active;
    if (!active) refresh();
  });
  refresh();
  zoomed();

  const bar = h(
    "div",
    { class: "ed-tools", role: "toolbar", "aria-label": t("编辑") },
    group(insert),
    group(undo, redo),
    group(tool("dash-lg", t("缩小"), () => zoom(1 / ZOOM)), percent, tool("plus-lg", t("放大"), () => zoom(ZOOM)), tool("arrows-fullscreen", t("看全图"), () => fit(modeler)), map),
    group(lay, play, check),
    h("div", { class: "ed-saving" }, saving.state, save),
  ); // prettier-ignore
  walkable(bar);
  document.addEventListener("keydown", (event) => shortcuts(event, { saving, dialog, canvas }));
  return h("div", { class: "ed-bar" }, bar, saving.message, dialog.root);
}

function tool(symbol, name, act, { words = false, pressed, key } = {}) {
  return h(
    "button",
    {
      type: "button",
      class: words ? "ed-tool ed-words" : "ed-tool",
      title: key ? `${name} (${key.replace("Control", "Ctrl")})` : name,
      "aria-label": words ? null : name,
      "aria-pressed": pressed === undefined ? null : String(pressed),
      "aria-keyshortcuts": key ?? null,
      onclick: act,
    },
    icon(symbol),
    words ? h("span", {}, name) : null,
  );
}

const group = (...tools) => h("div", { class: "ed-group", role: "group" }, ...tools);

/** One stop for the tab key, the arrows between the tools. */
function walkable(bar) {
  const all = () => [...bar.querySelectorAll("button")].filter((one) => !one.disabled);
  const stop = (chosen) => bar.querySelectorAll("button").forEach((one) => (one.tabIndex = one === chosen ? 0 : -1));
  stop(all()[0]);
  bar.addEventListener("focusin", (event) => stop(event.target.closest("button")));
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const tools = all();
    tools[(tools.indexOf(document.activeElement) + step + tools.length) % tools.length].focus();
    event.preventDefault();
  });
}

function shortcuts(event, { saving, dialog, canvas }) {
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key.toLowerCase() === "s") {
    event.preventDefault();
    saving.save();
  } else if (!command && !event.altKey && event.key.toLowerCase() === "n" && canvas.isFocused() && !typing(event)) {
    event.preventDefault();
    dialog.open();
  }
}

const typing = (event) => Boolean(event.target.closest?.("input, textarea, select, [contenteditable]"));
