/* The palette: the library's tools, below them the house's blocks; and every entry can be reached and used with the keyboard. */
import { t } from "../words.js";
import { kinds } from "./kinds.js";
import { placeKind, placeTemplate } from "./placing.js";
import { elementsOf, templates } from "./templates.js";

/* Which kind a tool of the library puts in, for the keyboard; the other tools work on the pointer alone or at once. */
const PUT = {
  "create.start-event": { type: "bpmn:StartEvent" },
  "create.intermediate-event": { type: "bpmn:IntermediateThrowEvent" },
  "create.end-event": { type: "bpmn:EndEvent" },
  "create.exclusive-gateway": { type: "bpmn:ExclusiveGateway" },
  "create.task": { type: "bpmn:Task" },
  "create.data-object": { type: "bpmn:DataObjectReference" },
  "create.data-store": { type: "bpmn:DataStoreReference" },
  "create.subprocess-expanded": { type: "bpmn:SubProcess", isExpanded: true },
  "create.participant-expanded": { type: "bpmn:Participant" },
  "create.group": { type: "bpmn:Group" },
  "create.user-task": { type: "bpmn:UserTask" },
};

export function HousePalette(palette, create, elementFactory, eventBus, injector, house) {
  this._create = create;
  this._factory = elementFactory;
  this._injector = injector;
  this._house = house;
  palette.registerProvider(600, this);
  const prepare = () => reachable(palette._container, (id) => this.put(id));
  eventBus.on(["palette.create", "palette.changed", "i18n.changed"], prepare);
  eventBus.on("import.done", prepare);
}

HousePalette.$inject = ["palette", "create", "elementFactory", "eventBus", "injector", "house"];

HousePalette.prototype.getPaletteEntries = function () {
  const begin = (template) => (event) => {
    const modeler = this._house.modeler;
    this._create.start(event, elementsOf(template, modeler, this._house.writer));
  };
  const [userTask] = kinds();
  const dragUserTask = (event) => this._create.start(event, this._factory.createShape({ type: "bpmn:UserTask" }));
  const own = Object.fromEntries(
    templates().map((template) => [
      `template.${template.id}`,
      {
        group: "house",
        className: "ed-template",
        html: labelled(template.label),
        title: `${template.label}：${template.hint}`,
        action: { dragstart: begin(template), click: begin(template) },
      },
    ]),
  );
  return (entries) => {
    const { "create.task": _plain, ...rest } = entries;
    const changed = {};
    for (const [id, entry] of Object.entries(rest)) {
      changed[id] = entry;
      if (id === "create.exclusive-gateway") {
        changed["create.user-task"] = {
          group: "activity",
          className: "bpmn-icon-user-task",
          title: userTask[1],
          action: { dragstart: dragUserTask, click: dragUserTask },
        };
      }
    }
    return { ...changed, "house-separator": { group: "house", separator: true }, ...own };
  };
};

/** Put in what an entry of the palette stands for, without the pointer; false for a tool that needs one. */
HousePalette.prototype.put = function (id) {
  const { modeler, writer, afterPut } = this._house;
  const template = templates().find((one) => `template.${one.id}` === id);
  if (template) afterPut(placeTemplate(modeler, writer, template));
  else if (PUT[id]) afterPut(placeKind(modeler, PUT[id]));
  else return false;
  return true;
};

const labelled = (label) => `<div class="entry" draggable="true"><span class="ed-template-name">${label}</span></div>`;

function reachable(container, put) {
  if (!container) return;
  container.setAttribute("role", "toolbar");
  container.setAttribute("aria-orientation", "vertical");
  container.setAttribute("aria-label", t("画图工具"));
  const entries = [...container.querySelectorAll(".entry")];
  entries.forEach((entry, place) => {
    entry.tabIndex = place === 0 ? 0 : -1;
    entry.setAttribute("role", "button");
    if (entry.dataset.sgKeys) return;
    entry.dataset.sgKeys = "1";
    entry.addEventListener("keydown", (event) => {
      const all = [...container.querySelectorAll(".entry")];
      const at = all.indexOf(entry);
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
      if (step) {
        const next = all[(at + step + all.length) % all.length];
        entry.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
      } else if (event.key === "Enter" || event.key === " ") {
        if (!put(entry.dataset.action)) entry.click();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
  });
  for (const toggle of container.querySelectorAll(".djs-palette-toggle")) toggle.setAttribute("aria-hidden", "true");
}

export const paletteModule = { __init__: ["housePalette"], housePalette: ["type", HousePalette] };
