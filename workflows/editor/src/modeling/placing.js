/* Puts elements and blocks into the diagram without drawing: behind the selected one where that is possible, else in the middle
   of what is seen. */
import { getBusinessObject, is, isAny } from "bpmn-js/lib/util/ModelUtil";

import { elementsOf } from "./templates.js";

const GAP = 60;

/** The one selected flow node a sequence flow may leave, or null. */
export function sourceOf(modeler) {
  const [only, ...others] = modeler.get("selection").get();
  if (!only || others.length || !is(only, "bpmn:FlowNode") || is(only, "bpmn:EndEvent")) return null;
  return getBusinessObject(only).isForCompensation ? null : only;
}

/** Put in one element of these attributes; returns it, selected. */
export function placeKind(modeler, attributes) {
  const shape = modeler.get("elementFactory").createShape(attributes);
  const source = sourceOf(modeler);
  const follows = source && is(shape, "bpmn:FlowNode") && !is(shape, "bpmn:StartEvent");
  const placed = follows ? modeler.get("autoPlace").append(source, shape) : inTheMiddle(modeler, shape);
  return chosen(modeler, placed);
}

/** Put in a block of several elements, its first one joined to the selected one; returns the first, selected. */
export function placeTemplate(modeler, writer, template) {
  const elements = elementsOf(template, modeler, writer);
  const source = sourceOf(modeler);
  const [first] = elements;
  const parent = source ? source.parent : homeOf(modeler, middleOf(modeler));
  const box = boundsOf(elements);
  const position = source
    ? { x: source.x + source.width + GAP + box.width / 2, y: source.y + source.height / 2 + box.y + box.height / 2 }
    : middleOf(modeler);
  const placed = modeler.get("modeling").createElements(elements, free(modeler, position, box, source), parent);
  if (source) modeler.get("modeling").connect(source, first);
  return chosen(modeler, placed.find((one) => one.id === first.id) ?? placed[0]);
}

function inTheMiddle(modeler, shape) {
  const middle = middleOf(modeler);
  const position = free(modeler, middle, { width: shape.width, height: shape.height }, null);
  return modeler.get("modeling").createShape(shape, position, homeOf(modeler, position));
}

/** The middle of the window onto the diagram, in the diagram's coordinates. */
function middleOf(modeler) {
  const { x, y, width, height } = modeler.get("canvas").viewbox();
  return { x: Math.round((x + width / 2) / 10) * 10, y: Math.round((y + height / 2) / 10) * 10 };
}

/** Lower, until nothing lies under it. */
function free(modeler, position, box, source) {
  const others = modeler.get("elementRegistry").filter(
    (one) => !one.waypoints && one !== source && !one.labelTarget && !isAny(one, ["bpmn:Participant", "bpmn:Lane", "bpmn:SubProcess"]) && one.parent,
  );
  const hit = (y) =>
    others.find(
      (one) =>
        one.x < position.x + box.width / 2 + 20 && one.x + one.width > position.x - box.width / 2 - 20 &&
        one.y < y + box.height / 2 + 20 && one.y + one.height > y - box.height / 2 - 20,
    ); // prettier-ignore
  let { y } = position;
  for (let tries = 0; tries < 100; tries += 1) {
    const under = hit(y);
    if (!under) break;
    y = Math.ceil((under.y + under.height + 20 + box.height / 2) / 10) * 10 + 10;
  }
  return { x: position.x, y };
}

/** What an element put at a place belongs to: the pool or expanded sub-process there, the first pool, or the process. */
function homeOf(modeler, { x, y }) {
  const root = modeler.get("canvas").getRootElement();
  const pools = modeler.get("elementRegistry").filter((one) => is(one, "bpmn:Participant") && one.parent === root);
  if (!pools.length) return root;
  return pools.find((one) => x > one.x && x < one.x + one.width && y > one.y && y < one.y + one.height) ?? pools[0];
}

export function boundsOf(elements) {
  const shapes = elements.filter((one) => !one.waypoints);
  const x = Math.min(...shapes.map((one) => one.x));
  const y = Math.min(...shapes.map((one) => one.y));
  const right = Math.max(...shapes.map((one) => one.x + one.width));
  const bottom = Math.max(...shapes.map((one) => one.y + one.height));
  return { x, y, width: right - x, height: bottom - y };
}

function chosen(modeler, element) {
  modeler.get("selection").select(element);
  modeler.get("canvas").scrollToElement(element, 80);
  return element;
}
