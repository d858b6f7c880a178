/* What saving a file from here would drop from it. Pure. */

/* Names of variables that other engines write where the standard has references: what runs here reads them, the drawing does not. */
const VARIABLES = new Set(["bpmn:loopDataInputRef", "bpmn:loopDataOutputRef"]);

/** The first thing that would be gone once the diagram is saved, by what the reader of the file warned of; "" where there is none. */
export function lost(warnings) {
  for (const { message, property, value } of warnings) {
    const unread = message.match(/^unparsable content (<[^>]+>)/)?.[1];
    if (unread) return unread;
    // A reference with a namespace's prefix leads somewhere, though not for the drawing.
    if (value && (VARIABLES.has(property) || value.includes(":"))) return value;
  }
  return "";
}
