/* Markup with a style attribute is refused by the content security policy once it becomes elements. A constant one of an SVG
   shape becomes presentation attributes, which mean the same; one that is computed becomes `data-css`, and the parser of
   markup (src/csp/domify.js) sets it as a property of the element, which the policy allows. */

const CONSTANT = /\bstyle="([^"$]*)"/g;
const COMPUTED = /\bstyle="(?=[^"]*\$\{)/g;

/** The source without style attributes in its markup. */
export function strict(source) {
  return source
    .replace(CONSTANT, (_all, css) =>
      css
        .split(";")
        .map((one) => one.trim())
        .filter(Boolean)
        .map((one) => {
          const [name, ...value] = one.split(":");
          return `${name.trim()}="${value.join(":").trim()}"`;
        })
        .join(" "),
    )
    .replace(COMPUTED, 'data-css="');
}
