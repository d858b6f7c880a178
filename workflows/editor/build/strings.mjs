/* Every English text the bundled libraries can show, read from their sources, so that the Chinese catalogue can be compared
   with it: what they pass to `translate`, the labels of their menus, what bpmnlint's rules report, and what our patches pass. */
import { readFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { patchedWords } from "./patches.mjs";

const MODULES = join(dirname(dirname(fileURLToPath(import.meta.url))), "node_modules");
const SOURCES = [
  "bpmn-js/lib",
  "diagram-js/lib",
  "diagram-js-direct-editing/lib",
  "diagram-js-minimap/dist/index.esm.js",
  "bpmn-js-bpmnlint/dist/index.esm.js",
];
const RULES = "bpmnlint/rules";
const TEXT = String.raw`(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")`;
const ASKED = new RegExp(String.raw`(?<![A-Za-z])translate\(\s*${TEXT}\s*(?=[,)])`, "g");
const LABEL = new RegExp(String.raw`\blabel: ${TEXT}`, "g");
const CONSTANT = new RegExp(String.raw`var \w+_ERR_MSG = ${TEXT}`, "g");
const REPORTED = new RegExp(String.raw`\.report\([^,]+, ${TEXT}`, "g");
/* Made of parts or chosen in the sources, so no pattern finds them. */
const COMPOSED = [
  "{errors} Errors, {warnings} Warnings",
  "No Issues",
  ...["left", "center", "right", "top", "middle", "bottom"].map((where) => `Align elements ${where}`),
  ...["Process", "Sub process"].flatMap((what) => [`${what} is missing end event`, `${what} is missing start event`]),
];
/* What the patterns find besides: an example in a comment, parts of what stands whole in COMPOSED or in lint.js. */
const EXAMPLES = new Set(["HELLO {you}", " + shift + ", "Align elements ", "Element type <"]);

async function files(path) {
  if (path.endsWith(".js")) return [path];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries.filter((one) => one.isFile() && one.name.endsWith(".js")).map((one) => join(one.parentPath, one.name));
}

const plain = (text) => text.replace(/\\(.)/g, "$1");

function* found(source, pattern) {
  for (const [, ...groups] of source.matchAll(pattern)) for (const text of groups) if (text !== undefined) yield plain(text);
}

/** A sorted list of English texts. */
export async function strings() {
  const all = new Set([...COMPOSED, ...patchedWords()]);
  for (const path of SOURCES) {
    for (const file of await files(join(MODULES, path))) {
      const source = await readFile(file, "utf8");
      for (const text of found(source, ASKED)) all.add(text);
      for (const text of found(source, CONSTANT)) all.add(text);
      if (/features\/(replace|popup-menu|palette|context-pad)\//.test(file)) for (const text of found(source, LABEL)) all.add(text);
    }
  }
  for (const file of await files(join(MODULES, RULES))) {
    for (const text of found(await readFile(file, "utf8"), REPORTED)) all.add(text);
  }
  for (const example of EXAMPLES) all.delete(example);
  return [...all].sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(JSON.stringify(await strings(), null, 1));
