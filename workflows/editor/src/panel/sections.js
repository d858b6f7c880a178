/* Which section of the panel belongs to which kind of element. */
import { general } from "./general.js";
import { links } from "./links.js";

/** In the order they are shown: `{id, title, when, rows, open}`. */
export const SECTIONS = [general, links];
