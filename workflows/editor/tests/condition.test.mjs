/* Conditions and times: what is put together is what is read back, and what says more is left alone. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { parse, write } from "../src/panel/condition.js";
import { changesFor, readOutcomes } from "../src/panel/outcomes.js";
import { readDue, readDuration, readReminder, writeDue, writeDuration, writeReminder } from "../src/panel/time.js";

const CASES = {
  '=outcome = "passed"': { join: "and", rows: [{ field: "outcome", operator: "=", value: "passed", kind: "text" }] },
  "=town_confirmed and zone_confirmed": {
    join: "and",
    rows: ["town_confirmed", "zone_confirmed"].map((field) => ({ field, operator: "=", value: "true", kind: "boolean" })),
  },
  "=not(legal_ok) or amount >= 100.5": {
    join: "or",
    rows: [
      { field: "legal_ok", operator: "=", value: "false", kind: "boolean" },
      { field: "amount", operator: ">=", value: "100.5", kind: "number" },
    ],
  },
  '=资金来源 != "镇\\"级\\\\"': { join: "and", rows: [{ field: "资金来源", operator: "!=", value: '镇"级\\', kind: "text" }] },
};

for (const [feel, rows] of Object.entries(CASES)) {
  test(`${feel} is rows and back`, () => {
    assert.deepEqual(parse(feel), rows);
    assert.equal(write(rows), feel);
  });
}

test("what rows cannot say is left as text", () => {
  for (const feel of ["=a and b or c", "=a + 1 > 2", "=(a)", '=list contains(l, "x")', "=a in [1..2]", "=not", "=and", "=a > b", "=1 = 1", '=a = "x', "=a b"]) {
    assert.equal(parse(feel), null, feel);
  }
});

test("nothing is no rows", () => {
  assert.deepEqual(parse(""), { join: "and", rows: [] });
  assert.equal(write({ join: "and", rows: [] }), "");
});

test("a row without a field that is a name is not written", () => {
  assert.equal(write({ join: "and", rows: [{ field: "a) or (b", operator: "=", value: "1", kind: "number" }] }), "");
});

test("a number that is none is written as 0, never as it stands", () => {
  assert.equal(write({ join: "and", rows: [{ field: "a", operator: ">", value: "1 or true", kind: "number" }] }), "=a > 0");
});

test("a due date is days and an hour", () => {
  const feel = '=date and time(date(now()) + duration("P14D"), time("17:30:00"))';
  assert.deepEqual(readDue(feel), { days: 14, at: "17:30" });
  assert.equal(writeDue({ days: 14, at: "17:30" }), feel);
  assert.equal(readDue("=now()"), null);
  assert.equal(readDue(undefined), null);
});

test("a duration of one unit is a count and a unit", () => {
  for (const [count, unit, iso] of [[3, "D", "P3D"], [2, "W", "P2W"], [48, "H", "PT48H"], [30, "M", "PT30M"]]) {
    assert.deepEqual(readDuration(iso), { count, unit });
    assert.equal(writeDuration({ count, unit }), iso);
  }
  for (const iso of ["P1DT2H", "P", "PT", "P1Y", "3 days", ""]) assert.equal(readDuration(iso), null, iso);
});

test("a reminder is attributes and back, and what cannot be read has the nearest that can", () => {
  for (const one of [{ before: "2", unit: "workingDays" }, { before: "0", unit: "hours" }, { every: "1", unit: "days", times: "5" }]) {
    assert.deepEqual(writeReminder(readReminder(one)), one);
  }
  assert.deepEqual(readReminder({ every: "x", unit: "weeks" }), { amount: 1, unit: "workingDays", times: 1 });
});

const BEHIND = [
  { id: "sign", condition: '=outcome = "passed"' },
  { id: "again", condition: '=outcome = "deferred" or outcome = "split"' },
  { id: "back", condition: "", otherwise: true },
];

test("each outcome has its way, those no condition names the default's", () => {
  assert.deepEqual(readOutcomes(BEHIND), { passed: "sign", split: "again", rejected: "back", deferred: "again" });
  assert.equal(readOutcomes([{ id: "sign", condition: '=outcome = "passed" and amount > 5' }]), null);
  assert.equal(readOutcomes([{ id: "sign", condition: '=outcome = "other"' }]), null);
  assert.equal(readOutcomes([{ id: "sign", condition: "" }]).passed, "");
});

test("an outcome that takes another way leaves the one it took", () => {
  assert.deepEqual(changesFor(BEHIND, "split", "back"), [{ id: "again", condition: '=outcome = "deferred"' }]);
  assert.deepEqual(changesFor(BEHIND, "passed", "again"), [
    { id: "sign", condition: "=false" },
    { id: "again", condition: '=outcome = "passed" or outcome = "split" or outcome = "deferred"' },
  ]);
  const left = BEHIND.map((one) => (one.id === "sign" ? { ...one, condition: "=false" } : one));
  assert.equal(readOutcomes(left).passed, "back");
  assert.deepEqual(changesFor(BEHIND, "rejected", "back"), []);
});
