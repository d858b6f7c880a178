/* A field for FEEL: what is typed is tried on the server while one types, and the answer stands below it. */
import { settled } from "../page/dom.js";
import { t } from "../words.js";
import { area } from "./fields.js";

const QUIET = 400;
let asked = null;

/** Several lines of FEEL. `kind` is what it is for: `expression` or `condition`. */
export function feel(context, label, name, value, change, { kind = "expression", hint, rows = 2 } = {}) {
  const field = area(label, name, value, change, { mono: true, rows, hint, live: () => soon() });
  const soon = settled(() => attempt(context, field, kind), QUIET);
  if (value) soon();
  return field;
}

async function attempt({ server, fields }, field, kind) {
  const source = field.control.value.trim();
  if (!source) return field.tell("");
  if (!server.has("feel")) return undefined;
  asked?.abort();
  const mine = (asked = new AbortController());
  const answer = await server.post("feel", { source, kind, fields }, mine.signal);
  if (answer === null || field.control.value.trim() !== source) return undefined;
  if (!answer.ok) return field.tell(answer.offline ? t("没有连上服务器，还没有核对。") : answer.message, !answer.offline);
  const { ok, message, position, kind: gives, example } = answer.body;
  if (!ok) return field.tell(position >= 0 ? t("第 {n} 个字：{why}", { n: position + 1, why: message }) : message, true);
  if (message) return field.tell(message);
  return field.tell(gives ? t("可以用，结果是{kind}，例如 {example}", { kind: gives, example }) : t("可以用"));
}
