/* What stands in an element's `extensionElements`, read and changed so that every change can be undone. */
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

/** The extension elements of a kind (`zeebe:TaskDefinition`) of an element or a part of the model. */
export function extensionsOf(bo, type) {
  const values = bo.get("extensionElements")?.get("values") ?? [];
  return values.filter((value) => (type === undefined ? true : is(value, type)));
}

/** The generic element of this tag (`sangong:form`), or undefined. */
export const taggedOf = (bo, tag) => extensionsOf(bo).find((one) => one.$type === tag);

/** All generic elements of this tag (`sangong:reminder`). */
export const allTaggedOf = (bo, tag) => extensionsOf(bo).filter((one) => one.$type === tag);

/** The first of a kind, or undefined. */
export const extensionOf = (bo, type) => extensionsOf(bo, type)[0];

/** The extension properties of a step, name → value, in the order of the file. */
export function propertiesOf(bo) {
  const found = new Map();
  for (const holder of extensionsOf(bo)) {
    if (is(holder, "zeebe:Properties")) for (const one of holder.get("properties") ?? []) found.set(one.get("name"), one.get("value") ?? "");
    else if (holder.$type === "sangong:property") found.set(holder.name, holder.value ?? "");
  }
  return found;
}

/** Writes into the model through the command stack; everything one call changes is one step of undo. */
export class Writer {
  constructor(modeler) {
    this.modeling = modeler.get("modeling");
    this.factory = modeler.get("bpmnFactory");
    this.modeler = modeler;
    this.made = new Set();
    this.stack = modeler.get("commandStack");
    this.stack.register(TOGETHER, { preExecute: ({ act }) => act() });
    modeler.on("saveXML.start", () => this.settle());
  }

  /** Everything `act` changes as one step of undo. */
  together(act) {
    this.stack.execute(TOGETHER, { act });
  }

  /** Attributes of the element itself. */
  set(element, properties) {
    this.modeling.updateProperties(element, properties);
  }

  /** Attributes of a part of the element's model (an event definition, a message). */
  setPart(element, part, properties) {
    this.modeling.updateModdleProperties(element, part, properties);
  }

  make(type, properties = {}) {
    return this.factory.create(type, properties);
  }

  /** A part of the model with its parent set, which moddle needs to write it. */
  makeIn(parent, type, properties = {}) {
    const part = this.make(type, properties);
    part.$parent = parent;
    return part;
  }

  /**
   * Replace the one extension of `type` on `bo` (the element's own model by default) by one with these attributes; where all of
   * them are empty there is none. Attributes not named stay as they were.
   */
  setExtension(element, type, attributes, bo = getBusinessObject(element)) {
    const old = extensionOf(bo, type);
    const kept = old ? Object.fromEntries(old.$descriptor.properties.map(({ name }) => [name, old.get(name)])) : {};
    const wanted = { ...kept, ...attributes };
    const worth = Object.values(wanted).some((value) => (Array.isArray(value) ? value.length : value !== undefined && value !== ""));
    this.replaceExtensions(element, type, worth ? [this.make(type, cleaned(wanted))] : [], bo);
  }

  /** Put `fresh` where the extensions of `type` stood; all others stay in their order. */
  replaceExtensions(element, type, fresh, bo = getBusinessObject(element)) {
    const all = extensionsOf(bo);
    const place = all.findIndex((one) => is(one, type));
    const others = all.filter((one) => !is(one, type));
    const values = [...others];
    values.splice(place < 0 ? values.length : Math.min(place, values.length), 0, ...fresh);
    const holder = values.length ? this.makeIn(bo, "bpmn:ExtensionElements", { values }) : undefined;
    for (const value of fresh) value.$parent = holder;
    this.setPart(element, bo, { extensionElements: holder });
  }

  /** Put `fresh` (or nothing, for null) where the generic element of this tag stood. */
  replaceTagged(element, tag, fresh) {
    const bo = getBusinessObject(element);
    const all = extensionsOf(bo);
    const values = all.flatMap((one) => (one.$type === tag ? (fresh ? [fresh] : []) : [one]));
    if (fresh && !all.some((one) => one.$type === tag)) values.push(fresh);
    const holder = values.length ? this.makeIn(bo, "bpmn:ExtensionElements", { values }) : undefined;
    this.setPart(element, bo, { extensionElements: holder });
  }

  /** Put these in place of all that `gone` picks among the extensions, where the first of them stood; the others keep their order. */
  replaceWhere(element, gone, fresh) {
    const bo = getBusinessObject(element);
    const all = extensionsOf(bo);
    const first = all.findIndex(gone);
    const values = all.filter((one) => !gone(one));
    values.splice(first < 0 ? values.length : all.slice(0, first).filter((one) => !gone(one)).length, 0, ...fresh);
    const holder = values.length ? this.makeIn(bo, "bpmn:ExtensionElements", { values }) : undefined;
    for (const value of fresh) value.$parent = holder;
    this.setPart(element, bo, { extensionElements: holder });
  }

  /** A generic element with its children, as moddle keeps those of namespaces it has no description of. */
  makeTagged(tag, attributes, children = []) {
    const made = this.modeler.get("moddle").createAny(tag, "http://sangong.cn/schema/1.0", { ...cleaned(attributes), $children: children });
    for (const child of children) child.$parent = made;
    return made;
  }

  /** Set extension properties (`{stage: "plan"}`); an empty value takes the property away. */
  setProperties(element, changes) {
    const bo = getBusinessObject(element);
    const all = new Map(propertiesOf(bo));
    for (const [name, value] of Object.entries(changes)) {
      if (value === "" || value === undefined || value === null) all.delete(name);
      else all.set(name, value);
    }
    const properties = [...all].map(([name, value]) => this.make("zeebe:Property", { name, value }));
    const loose = extensionsOf(bo).filter((one) => one.$type === "sangong:property");
    const fresh = properties.length ? [this.make("zeebe:Properties", { properties })] : [];
    for (const one of properties) one.$parent = fresh[0];
    if (loose.length) {
      const values = extensionsOf(bo).filter((one) => !loose.includes(one) && !is(one, "zeebe:Properties"));
      const holder = this.makeIn(bo, "bpmn:ExtensionElements", { values: [...values, ...fresh] });
      for (const value of fresh) value.$parent = holder;
      this.setPart(element, bo, { extensionElements: holder });
    } else this.replaceExtensions(element, "zeebe:Properties", fresh);
  }

  /** The message, signal, error or escalation of a name among the file's root elements, made where there is none. */
  rootElement(type, nameAttribute, name, extra = {}) {
    const definitions = this.modeler.getDefinitions();
    const roots = definitions.get("rootElements");
    const known = [...roots, ...this.made].find((one) => is(one, type) && one.get(nameAttribute) === name);
    if (known) return known;
    const made = this.makeIn(definitions, type, { [nameAttribute]: name, ...extra });
    roots.push(made);
    this.made.add(made);
    return made;
  }

  /** What was made here and is referred to no more (renamed, undone) is left out of the file; what is again, comes back. */
  settle() {
    const roots = this.modeler.getDefinitions().get("rootElements");
    const used = new Set();
    for (const { businessObject: bo } of this.modeler.get("elementRegistry").getAll()) {
      for (const one of [bo, ...(bo?.get?.("eventDefinitions") ?? [])]) for (const name of REFERENCES) used.add(one?.[name]);
    }
    for (const one of this.made) {
      const at = roots.indexOf(one);
      if (used.has(one) && at < 0) roots.push(one);
      else if (!used.has(one) && at >= 0) roots.splice(at, 1);
    }
  }
}

const TOGETHER = "sangong.together";
const REFERENCES = ["messageRef", "signalRef", "errorRef", "escalationRef"];

const cleaned = (attributes) =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== "" && value !== undefined && value !== null));
