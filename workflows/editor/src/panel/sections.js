/* Which section of the panel belongs to which kind of element. */
import { due } from "./deadline.js";
import { deliberation } from "./deliberation.js";
import { boundary, conditional, error, escalation, link, message, signal, timer } from "./events.js";
import { flow } from "./flow.js";
import { general } from "./general.js";
import { links } from "./links.js";
import { lane, who } from "./people.js";
import { form, more } from "./step.js";
import { call, decision, job, mapping, script, several } from "./work.js";

/** In the order they are shown: `{id, title, when, rows, open}`. */
export const SECTIONS = [
  general, flow, who, form, due, lane, job, decision, call, script, deliberation, message, timer, conditional, signal, error, escalation, link, boundary,
  links, more, several, mapping,
]; // prettier-ignore
