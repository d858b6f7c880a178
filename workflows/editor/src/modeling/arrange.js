/* Lays the whole diagram out anew, as one step of undo. The places come from bpmn-auto-layout; lanes and pools, which it does
   not know, are drawn around their steps afterwards, row by row. */
import { layoutProcess } from "bpmn-auto-layout";
import { BpmnModdle } from "bpmn-moddle";
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

const ROW = 130;
const LANE_PAD = 30;
const HEAD = 30;
/* Between two ways that run below a row, and how far down the last of them may be. */
const TRACK = 8;
const TRACKS = 48;

/** What `sangong.arrange` does: places of shapes and ways of connections, set and set back. */
export function ArrangeHandler() {}

ArrangeHandler.prototype.execute = function (context) {
  context.before = context.changes.map(([element]) => [element, placeOf(element)]);
  return applied(context.changes);
};
ArrangeHandler.prototype.revert = (context) => applied(context.before);

function placeOf(element) {
  if (element.waypoints) return { waypoints: element.waypoints.map(({ x, y }) => ({ x, y })) };
  const { x, y, width, height } = element;
  return { x, y, width, height };
}

function applied(changes) {
  for (const [element, place] of changes) {
    const di = element.di;
    if (place.waypoints) {
      element.waypoints = place.waypoints.map(({ x, y }) => ({ x, y }));
      di.set("waypoint", place.waypoints.map(({ x, y }) => point(di, x, y)));
    } else {
      Object.assign(element, place);
      const bounds = element.labelTarget ? di.get("label")?.get("bounds") : di.get("bounds");
      if (bounds) for (const [name, value] of Object.entries(place)) bounds.set(name, value);
    }
  }
  return changes.map(([element]) => element);
}

function point(di, x, y) {
  const made = di.$model.create("dc:Point", { x, y });
  made.$parent = di;
  return made;
}

/** Arranges what is drawn on the plane that is shown; resolves to how many elements were moved. */
export async function arrange(modeler) {
  const { xml } = await modeler.saveXML();
  const laid = await places(await layoutProcess(await flattened(xml)));
  const registry = modeler.get("elementRegistry");
  const lanes = lanesOf(registry);
  const shifted = lanes.length ? byLanes(laid, lanes, registry) : laid;
  const changes = [];
  const moved = new Map();
  for (const [id, place] of shifted.shapes) {
    const shape = registry.get(id);
    if (!shape || shape.waypoints || isInside(shape)) continue;
    const to = { x: place.x, y: place.y, width: shape.width, height: shape.height };
    to.x = Math.round(place.x + (place.width - shape.width) / 2);
    to.y = Math.round(place.y + (place.height - shape.height) / 2);
    moved.set(shape, { dx: to.x - shape.x, dy: to.y - shape.y });
    changes.push([shape, to]);
  }
  for (const [shape, { dx, dy }] of [...moved]) follow(shape, dx, dy, changes, moved);
  for (const frame of shifted.frames) changes.push([registry.get(frame.id), frame.place]);
  const tracks = { used: 0 };
  for (const flow of registry.filter((one) => one.waypoints && is(one, "bpmn:SequenceFlow"))) {
    const [from, to] = [moved.get(flow.source), moved.get(flow.target)];
    const given = laid.ways.get(flow.id);
    if (!from && !to) continue;
    if (given && !lanes.length) changes.push([flow, { waypoints: given }]);
    else if (isInside(flow.source)) changes.push([flow, { waypoints: flow.waypoints.map(({ x, y }) => ({ x: x + from.dx, y: y + from.dy })) }]);
    else changes.push([flow, { waypoints: way(flow, changes, tracks) }]);
  }
  for (const [flow, { waypoints }] of changes.filter(([one]) => one.waypoints)) {
    for (const label of flow.labels ?? []) {
      const middle = waypoints[Math.floor((waypoints.length - 1) / 2)];
      changes.push([label, { x: middle.x + 6, y: middle.y - label.height - 4, width: label.width, height: label.height }]);
    }
  }
  if (changes.length) modeler.get("commandStack").execute("sangong.arrange", { changes });
  return changes.length;
}

/** A copy with one process and neither pools nor lanes: all the layouter can read. */
async function flattened(xml) {
  const moddle = new BpmnModdle();
  const { rootElement } = await moddle.fromXML(xml);
  const drawn = rootElement.get("rootElements");
  const pools = drawn.filter((one) => is(one, "bpmn:Collaboration")).flatMap((one) => one.get("participants"));
  const process = pools.map((one) => one.get("processRef")).find(Boolean) ?? drawn.find((one) => is(one, "bpmn:Process"));
  process.set("laneSets", []);
  rootElement.set("rootElements", [...drawn.filter((one) => !is(one, "bpmn:Collaboration") && !is(one, "bpmn:Process")), process]);
  rootElement.set("diagrams", []);
  return (await moddle.toXML(rootElement)).xml;
}

async function places(xml) {
  const { rootElement } = await new BpmnModdle().fromXML(xml);
  const [shapes, ways] = [new Map(), new Map()];
  const [first] = rootElement.get("diagrams");
  for (const one of first.plane.get("planeElement")) {
    const id = one.get("bpmnElement")?.id;
    if (one.get("bounds")) shapes.set(id, { ...plain(one.get("bounds")) });
    else ways.set(id, one.get("waypoint").map(({ x, y }) => ({ x, y })));
  }
  return { shapes, ways, frames: [] };
}

const plain = ({ x, y, width, height }) => ({ x, y, width, height });
const isInside = (shape) => is(getBusinessObject(shape).$parent ?? {}, "bpmn:SubProcess");

/** Labels, boundary events and what an expanded sub-process holds go with their element. */
function follow(shape, dx, dy, changes, moved) {
  const riders = [...(shape.labels ?? []), ...(shape.attachers ?? []), ...(shape.children ?? [])];
  for (const one of riders) {
    if (moved.has(one)) continue;
    moved.set(one, { dx, dy });
    if (one.waypoints) continue;
    changes.push([one, { x: one.x + dx, y: one.y + dy, width: one.width, height: one.height }]);
    follow(one, dx, dy, changes, moved);
  }
}

/** The innermost lanes, in the order they are drawn. */
function lanesOf(registry) {
  return registry
    .filter((one) => is(one, "bpmn:Lane") && !one.children.some((child) => is(child, "bpmn:Lane")))
    .sort((a, b) => a.y - b.y);
}

/** The same columns, each lane with rows of its own. */
function byLanes(laid, lanes, registry) {
  const pool = poolOf(lanes[0]);
  const laneOf = new Map();
  for (const lane of lanes) for (const node of getBusinessObject(lane).get("flowNodeRef") ?? []) laneOf.set(node.id, lane);
  const shapes = new Map();
  const frames = [];
  const left = Math.min(...[...laid.shapes.values()].map((one) => one.x));
  const right = Math.max(...[...laid.shapes.values()].map((one) => one.x + one.width));
  const begin = pool.x + HEAD + 60;
  const width = begin - pool.x + (right - left) + 60;
  let top = pool.y;
  for (const lane of lanes) {
    const inside = [...laid.shapes].filter(([id]) => laneOf.get(id) === lane || (!laneOf.has(id) && lane === lanes[0]));
    const centres = inside.map(([, place]) => Math.round(place.y + place.height / 2));
    const rows = [...new Set(centres)].sort((a, b) => a - b);
    inside.forEach(([id, place], at) => {
      const y = top + LANE_PAD + rows.indexOf(centres[at]) * ROW + 40 - place.height / 2;
      shapes.set(id, { ...place, x: place.x - left + begin, y });
    });
    const height = Math.max(rows.length * ROW, 90) + LANE_PAD - 20;
    const x = lane.x;
    frames.push({ id: lane.id, place: { x, y: top, width: pool.x + width - x, height } });
    top += height;
  }
  frames.push({ id: pool.id, place: { x: pool.x, y: pool.y, width, height: top - pool.y } });
  for (const outer of registry.filter((one) => is(one, "bpmn:Lane") && !lanes.includes(one))) {
    const inner = frames.filter(({ id }) => isBelow(registry.get(id), outer));
    const y = Math.min(...inner.map(({ place }) => place.y));
    const bottom = Math.max(...inner.map(({ place }) => place.y + place.height));
    frames.push({ id: outer.id, place: { x: outer.x, y, width: pool.x + width - outer.x, height: bottom - y } });
  }
  return { ...laid, shapes, frames };
}

const isBelow = (lane, outer) => {
  for (let up = lane.parent; up; up = up.parent) if (up === outer) return true;
  return false;
};
const poolOf = (lane) => {
  let up = lane;
  while (up.parent && !is(up, "bpmn:Participant")) up = up.parent;
  return up;
};

/**
 * A way with right angles between two shapes at their new places. Where something stands in between, or it goes back, it runs
 * below what it passes, each such way on a track of its own.
 */
function way(flow, changes, tracks) {
  const at = (shape) => changes.find(([one]) => one === shape)?.[1] ?? shape;
  const [a, b] = [at(flow.source), at(flow.target)];
  const [ay, by] = [a.y + a.height / 2, b.y + b.height / 2];
  const start = { x: a.x + a.width, y: ay };
  const end = { x: b.x, y: by };
  const between = changes.filter(([one, place]) => !one.waypoints && !one.labelTarget && isStep(one) && one !== flow.source && one !== flow.target && place.x < Math.max(a.x, b.x) && place.x + place.width > Math.min(a.x + a.width, b.x + b.width)).map(([, place]) => place); // prettier-ignore
  const inRow = (y) => between.some((place) => place.y < y && place.y + place.height > y);
  if (end.x > start.x) {
    if (ay === by && !inRow(ay)) return [start, end];
    if (ay !== by && !inRow(by)) {
      const x = a.x + a.width / 2;
      if (is(flow.source, "bpmn:Gateway")) return [{ x, y: by > ay ? a.y + a.height : a.y }, { x, y: by }, end];
      const middle = Math.round(start.x + 20);
      return [start, { x: middle, y: ay }, { x: middle, y: by }, end];
    }
    if (ay !== by && !inRow(ay)) {
      const x = is(flow.target, "bpmn:Gateway") ? b.x + b.width / 2 : end.x - 20;
      return is(flow.target, "bpmn:Gateway")
        ? [start, { x, y: ay }, { x, y: ay < by ? b.y : b.y + b.height }]
        : [start, { x, y: ay }, { x, y: by }, end];
    }
  }
  tracks.used += 1;
  const under = Math.max(a.y + a.height, b.y + b.height) + 6 + ((tracks.used * TRACK) % TRACKS);
  const [ax, bx] = [a.x + a.width / 2, b.x + b.width / 2 - 20 + ((tracks.used * TRACK) % 40)];
  return [{ x: ax, y: a.y + a.height }, { x: ax, y: under }, { x: bx, y: under }, { x: bx, y: b.y + b.height }];
}

const isStep = (shape) => is(shape, "bpmn:FlowNode");

export function Arranging(commandStack) {
  commandStack.registerHandler("sangong.arrange", ArrangeHandler);
}
Arranging.$inject = ["commandStack"];
export const arrangingModule = { __init__: ["arranging"], arranging: ["type", Arranging] };
