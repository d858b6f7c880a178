/*
 * What opening a diagram and saving it does to it: every file of $EDITOR_DRAWINGS is read and written as the page does, into
 * $EDITOR_REWRITTEN, beside what is told of it (told.json: file name → the reader's warnings, and what would be lost). Whoever set the
 * folders compares.
 */
import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { BpmnModdle } from "bpmn-moddle";

import { lost } from "../src/page/lost.js";

const { EDITOR_DRAWINGS: given, EDITOR_REWRITTEN: written } = process.env;
const zeebe = JSON.parse(readFileSync(new URL(import.meta.resolve("zeebe-bpmn-moddle/resources/zeebe.json")), "utf-8"));

test("diagrams given from outside are read and written", { skip: !given }, async () => {
  const told = {};
  for (const name of readdirSync(given)) {
    const moddle = new BpmnModdle({ zeebe });
    const { rootElement, warnings } = await moddle.fromXML(readFileSync(join(given, name), "utf-8"));
    told[name] = { warnings: warnings.map(({ message }) => message), lost: lost(warnings) };
    const { xml } = await moddle.toXML(rootElement, { format: true });
    writeFileSync(join(written, name), xml);
  }
  writeFileSync(join(written, "told.json"), JSON.stringify(told));
  assert.ok(Object.keys(told).length);
});
