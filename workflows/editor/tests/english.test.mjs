/* Every text of our own has English, and no English is left over. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { EN } from "../src/en.js";

const SOURCES = join(dirname(dirname(fileURLToPath(import.meta.url))), "src");
const STRING = /"((?:[^"\\]|\\.)*)"/g;

/** What stands as a first argument of `t(…)`, also where one of two is chosen. */
function asked(source) {
  const found = [];
  for (const { index } of source.matchAll(/(?<![\w$.])t\(/g)) {
    const call = source.slice(index + 2).match(/^(?:[^(),"]*\?\s*)?"(?:[^"\\]|\\.)*"(?:\s*:\s*"(?:[^"\\]|\\.)*")?/)?.[0];
    if (call) for (const [, text] of call.matchAll(STRING)) found.push(JSON.parse(`"${text}"`));
  }
  return found;
}

const files = readdirSync(SOURCES, { recursive: true }).filter((name) => name.endsWith(".js") && !/(^|\/)(en|zh)\.js$/.test(name));
const all = new Set(files.flatMap((name) => asked(readFileSync(join(SOURCES, name), "utf8"))));

test("every text has English", () => {
  assert.deepEqual([...all].filter((text) => !(text in EN)), []);
});

test("no English is left over", () => {
  assert.deepEqual(Object.keys(EN).filter((text) => !all.has(text)), []);
});

test("places for values are the same on both sides", () => {
  const places = (text) => [...text.matchAll(/{[^}]+}/g)].map(String).sort();
  assert.deepEqual(Object.entries(EN).filter(([zh, en]) => String(places(zh)) !== String(places(en))), []);
});

test("nobody writes Chinese past the catalogue", () => {
  /* Names of steps a block puts into the diagram are the office's own words, kept as drawn. */
  const past = [];
  for (const name of files.filter((one) => !one.endsWith("templates.js"))) {
    const source = readFileSync(join(SOURCES, name), "utf8").replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
    for (const [, text] of source.matchAll(STRING)) if (/\p{Script=Han}/u.test(text) && !all.has(text)) past.push(`${name}: ${text}`);
    for (const [, text] of source.matchAll(/`([^`]*)`/g)) if (/\p{Script=Han}/u.test(text.replace(/\$\{[^}]*\}/g, ""))) past.push(`${name}: ${text}`);
  }
  assert.deepEqual(past, []);
});
