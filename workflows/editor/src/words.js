/* Words. The libraries speak English and ask for Chinese (zh.js); our own texts are written in Chinese and ask for English
   (en.js). Which of the two the page speaks is said once, at the start. */
import { EN } from "./en.js";
import { ZH } from "./zh.js";

let english = false;

/** The language of the page, as Django names it: `zh-hans` or `en`. */
export function speak(language) {
  english = String(language || "").toLowerCase().startsWith("en");
}

export const speaksEnglish = () => english;

const filled = (template, values) =>
  template.replace(/{([^}]+)}/g, (all, key) => (values && key in values ? String(values[key]) : all));

/** A text of a library, as the reader reads it; `values` fill the places `{name}`. */
export function say(template, values) {
  return filled(english ? template : (ZH[template] ?? template), values);
}

/** A text of our own, written in Chinese; `values` fill the places `{name}`. */
export function t(chinese, values) {
  return filled(english ? (EN[chinese] ?? chinese) : chinese, values);
}

/** The module bpmn-js takes its words from. */
export const wordsModule = { translate: ["value", say] };
