/* Conditions as people put them together (a field, how it is compared, a value) and as FEEL says them. What FEEL says beyond
   that stays a text: `parse` answers null, and nothing is lost. */

/* operator → what FEEL writes between field and value */
export const OPERATORS = ["=", "!=", ">", ">=", "<", "<="];
const NAME = /^[\p{L}_][\p{L}\p{N}_.]*$/u;
const NUMBER = /^-?\d+(\.\d+)?$/;
const WORD = /\s*(?:"((?:[^"\\]|\\.)*)"|(!=|>=|<=|=|>|<)|(\()|(\))|([\p{L}_][\p{L}\p{N}_.]*|-?\d+(?:\.\d+)?))/uy;

/** FEEL's text for a value of a kind (`boolean`, `number`, others are texts). */
export function literal(value, kind) {
  if (kind === "boolean") return value === true || value === "true" ? "true" : "false";
  if (kind === "number" || kind === "money") return NUMBER.test(String(value)) ? String(value) : "0";
  return `"${String(value ?? "").replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** `{join: "and" | "or", rows: [{field, operator, value, kind}]}` → FEEL with its leading `=`; "" for no rows. */
export function write({ join, rows }) {
  const told = rows
    .filter(({ field }) => NAME.test(field))
    .map(({ field, operator, value, kind }) => {
      if (kind === "boolean" && operator === "=") return value === true || value === "true" ? field : `not(${field})`;
      return `${field} ${operator} ${literal(value, kind)}`;
    });
  return told.length ? `=${told.join(` ${join === "or" ? "or" : "and"} `)}` : "";
}

/** The parts a text is made of, or null where it holds anything else. */
function words(source) {
  const found = [];
  let at = 0;
  while (source.slice(at).trim()) {
    WORD.lastIndex = at;
    const match = WORD.exec(source);
    if (!match) return null;
    const [, text, operator, open, close, name] = match;
    if (text !== undefined) found.push({ text: text.replace(/\\(.)/g, "$1") });
    else if (operator || open || close) found.push({ mark: operator ?? open ?? close });
    else found.push({ name });
    at = WORD.lastIndex;
  }
  return found;
}

/** FEEL → what `write` takes, or null where it says more than rows can. An empty text has no rows. */
export function parse(feel) {
  const all = words(feel.trim().replace(/^=/, ""));
  if (!all) return null;
  const rows = [];
  let join = "";
  let at = 0;
  while (at < all.length) {
    if (rows.length) {
      const word = all[at].name;
      if ((word !== "and" && word !== "or") || (join && join !== word)) return null;
      join = word;
      at += 1;
    }
    const read = comparison(all, at);
    if (!read) return null;
    rows.push(read.row);
    at = read.next;
  }
  return { join: join || "and", rows };
}

function comparison(all, at) {
  const [first, second, third, fourth] = all.slice(at, at + 4);
  if (!first?.name || NUMBER.test(first.name)) return null;
  if (first.name === "not" && second?.mark === "(" && third?.name && fourth?.mark === ")") {
    return fieldName(third) && { row: { field: third.name, operator: "=", value: "false", kind: "boolean" }, next: at + 4 };
  }
  if (!fieldName(first)) return null;
  if (second === undefined || second.name) return { row: { field: first.name, operator: "=", value: "true", kind: "boolean" }, next: at + 1 };
  if (!OPERATORS.includes(second.mark) || !third) return null;
  const valued = value(third);
  return valued && { row: { field: first.name, operator: second.mark, ...valued }, next: at + 3 };
}

const RESERVED = new Set(["and", "or", "not", "true", "false", "null", "if", "then", "else", "for", "some", "every", "in", "between", "return", "satisfies", "function"]);
const fieldName = ({ name }) => NAME.test(name) && !RESERVED.has(name);

function value(part) {
  if (part.text !== undefined) return { value: part.text, kind: "text" };
  if (part.name === "true" || part.name === "false") return { value: part.name, kind: "boolean" };
  return NUMBER.test(part.name ?? "") ? { value: part.name, kind: "number" } : null;
}
