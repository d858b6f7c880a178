/* Markup to elements, as the package `domify` does it, under a content security policy without inline styles: what the build
   renamed from `style` to `data-css` is set as a property, which is no inline style. */
import parse from "domify-original";

export default function domify(markup, ...rest) {
  const node = parse(markup, ...rest);
  const styled = node.querySelectorAll ? [...node.querySelectorAll("[data-css]")] : [];
  if (node.matches && node.matches("[data-css]")) styled.push(node);
  for (const one of styled) {
    one.style.cssText = one.getAttribute("data-css");
    one.removeAttribute("data-css");
  }
  return node;
}
