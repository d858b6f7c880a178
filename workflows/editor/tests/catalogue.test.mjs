/* The Chinese catalogue says everything the bundled libraries can say, and nothing they no longer say. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { strings } from "../build/strings.mjs";
import { ZH } from "../src/zh.js";

test("every text of the libraries has Chinese", async () => {
  assert.deepEqual((await strings()).filter((text) => !(text in ZH)), []);
});

test("no Chinese stands for a text nobody shows", async () => {
  const shown = new Set(await strings());
  assert.deepEqual(Object.keys(ZH).filter((text) => !shown.has(text)), []);
});

test("places for values are the same on both sides", () => {
  const places = (text) => [...text.matchAll(/{[^}]+}/g)].map(String).sort();
  assert.deepEqual(Object.entries(ZH).filter(([en, zh]) => String(places(en)) !== String(places(zh))), []);
});
