/* Which way each outcome of a sitting takes behind a deliberation, read from the conditions of a gateway's flows and written into them.
   Pure: flows are `{id, condition, otherwise}`, in the order they are drawn. */
import { parse, write } from "./condition.js";

/** What a sitting tells the flow in `outcome` (decisions/actions/sittings/room.py). */
export const OUTCOMES = ["passed", "split", "rejected", "deferred"];

/* A flow that was left without an outcome. */
const NEVER = "=false";

const listed = (condition) => {
  if ((condition ?? "").replace(/\s/g, "") === NEVER) return [];
  const read = parse(condition ?? "");
  if (!read || (read.rows.length > 1 && read.join !== "or")) return null;
  return read.rows.every((one) => one.field === "outcome" && one.operator === "=" && one.kind === "text") ? read.rows.map((one) => one.value) : null;
};

/** `{passed: "flow_1", …}`, "" for an outcome no flow takes; null where a condition goes by more than the outcome. */
export function readOutcomes(flows) {
  const ways = Object.fromEntries(OUTCOMES.map((one) => [one, flows.find(({ otherwise }) => otherwise)?.id ?? ""]));
  const taken = new Set();
  for (const { id, condition, otherwise } of flows) {
    if (otherwise) continue;
    const values = listed(condition);
    if (!values || !values.every((one) => OUTCOMES.includes(one))) return null;
    for (const one of values) {
      if (!taken.has(one)) ways[one] = id;
      taken.add(one);
    }
  }
  return ways;
}

/** The condition of a flow that takes these outcomes. */
export const conditionOf = (outcomes) =>
  write({ join: "or", rows: outcomes.map((value) => ({ field: "outcome", operator: "=", value, kind: "text" })) });

/**
 * What to change so that `outcome` takes the flow `to`: `[{id, condition}]`. A flow that loses its last outcome is never taken; the
 * default takes what no other does, and has no condition of its own.
 */
export function changesFor(flows, outcome, to) {
  const ways = { ...readOutcomes(flows), [outcome]: to };
  return flows
    .filter(({ otherwise }) => !otherwise)
    .map(({ id, condition }) => {
      const mine = OUTCOMES.filter((one) => ways[one] === id);
      const had = listed(condition) ?? [];
      const same = mine.length === had.length && mine.every((one) => had.includes(one));
      return { id, same, condition: mine.length ? conditionOf(mine) : NEVER };
    })
    .filter(({ same }) => !same)
    .map(({ id, condition }) => ({ id, condition }));
}
