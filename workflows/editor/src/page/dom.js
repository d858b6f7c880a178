/* Elements of the page, made without markup: nothing a person or a file wrote becomes more than text. */

/**
 * An element with attributes and children. `on…` attributes are listeners, `class` and `for` are as in HTML, `value`,
 * `checked`, `disabled`, `hidden` and `selected` are set as properties, `false`, `null` and `undefined` leave one out.
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "selected", "readOnly", "open"]);
const SVG = "http://www.w3.org/2000/svg";

/** A symbol of the house's sprite, decorative: a word stands beside it or in the button's name. */
export function icon(name) {
  const shown = document.querySelector('use[href*="icons"]');
  const sprite = shown ? shown.getAttribute("href").split("#")[0] : "/static/icons.svg";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("viewBox", "0 0 16 16");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#i-${name}`);
  svg.append(use);
  return svg;
}

let counted = 0;
/** An id no other element of the page has. */
export const freshId = (stem) => `ed-${stem}-${++counted}`;

/** The token Django asks for with every POST. */
export function csrfToken() {
  const field = document.querySelector('input[name="csrfmiddlewaretoken"]');
  if (field) return field.value;
  try {
    return JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
  } catch {
    return "";
  }
}

/** `call` at most once every `wait` ms, after the last of a row of calls; `.now()` does at once what is waiting. */
export function settled(call, wait) {
  let timer = 0;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(later.now, wait);
  };
  later.now = () => {
    clearTimeout(timer);
    timer = 0;
    return call();
  };
  later.waiting = () => timer !== 0;
  return later;
}
