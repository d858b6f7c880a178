/* Times as people say them and as FEEL and ISO 8601 write them. What says more stays a text: the readers answer null. */

const DUE = /^=\s*date and time\(\s*date\(now\(\)\)\s*\+\s*duration\("P(\d+)D"\)\s*,\s*time\("(\d\d:\d\d)(?::00)?"\)\s*\)$/;
const DURATION = /^P(?:(\d+)W|(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?)$/;
const UNITS = { W: ["P", "W"], D: ["P", "D"], H: ["PT", "H"], M: ["PT", "M"] };

/** `{days: 3, at: "17:30"}` → FEEL: so many days from now, at that hour. */
export const writeDue = ({ days, at }) => `=date and time(date(now()) + duration("P${days}D"), time("${at}:00"))`;

/** The other way, or null. */
export function readDue(feel) {
  const found = (feel ?? "").trim().match(DUE);
  return found && { days: Number(found[1]), at: found[2] };
}

/** `{count: 3, unit: "D"}` → `P3D`; units W, D, H, M (minutes). */
export const writeDuration = ({ count, unit }) => `${UNITS[unit][0]}${count}${UNITS[unit][1]}`;

/** A duration of one unit, or null. */
export function readDuration(iso) {
  const found = (iso ?? "").trim().match(DURATION);
  if (!found) return null;
  const given = [["W", found[1]], ["D", found[2]], ["H", found[3]], ["M", found[4]]].filter(([, count]) => count !== undefined);
  return given.length === 1 ? { count: Number(given[0][1]), unit: given[0][0] } : null;
}

/* In the order they are offered. */
export const REMINDER_UNITS = ["workingDays", "days", "hours"];

/** `{before: "2", unit: "days"}` → `{amount: 2, unit: "days", times: 0}`, `{every: "1", unit, times}` → `times` of at least 1; what
    cannot be read has the nearest that can. */
export function readReminder({ before, every, unit, times }) {
  const count = (value, least) => Math.max(least, Math.round(Number(value)) || 0);
  const known = REMINDER_UNITS.includes(unit) ? unit : "workingDays";
  if (every === undefined) return { amount: count(before, 0), unit: known, times: 0 };
  return { amount: count(every, 1), unit: known, times: count(times ?? 1, 1) };
}

/** The other way: the attributes of a `sangong:reminder`. */
export const writeReminder = ({ amount, unit, times }) =>
  times ? { every: String(amount), unit, times: String(times) } : { before: String(amount), unit };
