/* The page as a whole: canvas, tools above it, properties beside it, problems below; saving and checking. */
import { speak, t } from "../words.js";
import { Problems } from "../check/problems.js";
import { Panel } from "../panel/panel.js";
import { h } from "./dom.js";
import { lost as lostOf } from "./lost.js";
import { makeModeler } from "./modeler.js";
import { Saving } from "./saving.js";
import { Server } from "./server.js";
import { toolbar } from "./toolbar.js";

/* Below this width a diagram is read, not drawn. */
const NARROW = "(max-width: 767.98px)";

/** Draw the editor into `host` from the page's data; resolves to the modeler when the diagram is there. */
export async function start(host, data) {
  speak(data.language || document.documentElement.lang);
  let readonly = Boolean(data.readonly) || window.matchMedia(NARROW).matches;
  const canvas = h("div", { class: "ed-canvas" });
  const house = { afterPut: () => {} };
  host.hidden = false;
  document.getElementById("editor-plain")?.setAttribute("hidden", "");
  host.classList.add("ed");
  host.classList.toggle("ed-readonly", readonly);
  host.replaceChildren(canvas);

  let modeler = makeModeler(canvas, { readonly, house });
  const { failed, lost } = await drawn(modeler, data.xml);
  if (failed) {
    host.replaceChildren(h("p", { class: "ed-failed", role: "alert" }, failed));
    document.getElementById("editor-plain")?.removeAttribute("hidden");
    return null;
  }
  if (lost && !readonly) {
    modeler.destroy();
    modeler = makeModeler(canvas, { readonly: true, house });
    await drawn(modeler, data.xml);
    readonly = true;
    host.classList.add("ed-readonly");
  }
  fit(modeler);
  const server = new Server(data);
  const problems = new Problems(modeler, server, data);
  if (readonly) {
    const note = lost
      ? t("文件里有这里读不懂的内容（{what}）。为免丢失，这里只能查看。请用原来的流程设计工具修改后再上传。", { what: lost })
      : data.readonly
        ? t("您可以查看这张图，不能修改。")
        : t("屏幕太窄，这里只能查看。请在平板或电脑上修改。");
    host.replaceChildren(h("p", { class: "ed-note" }, note), canvas, problems.root);
    problems.check();
    return modeler;
  }
  const panel = new Panel(modeler, house.writer, server, data, problems);
  const saving = new Saving(modeler, server, data, problems);
  house.afterPut = () => panel.toName();
  panel.keep = () => saving.kept();
  host.replaceChildren(
    toolbar({ modeler, house, saving, problems, panel, data }),
    h("div", { class: "ed-work" }, h("div", { class: "ed-middle" }, canvas, problems.root), panel.root),
  );
  fit(modeler);
  problems.watch();
  saving.watch();
  return modeler;
}

/**
 * Import the file. `failed` says why it cannot be drawn; `lost` names the first thing in it that would be gone once it is
 * saved from here, because the reader has no description of it.
 */
async function drawn(modeler, xml) {
  try {
    const { warnings } = await modeler.importXML(xml);
    return { failed: "", lost: lostOf(warnings) };
  } catch (error) {
    return { failed: t("这个文件画不出来：{why}。请下载文件，用流程设计工具排好版再上传。", { why: error.message }), lost: "" };
  }
}

/* What the palette covers, and a margin, in px. */
const COVERED = 120;
const MARGIN = 30;

/** The whole diagram in sight beside the palette, not larger than it is drawn. */
export function fit(modeler) {
  const canvas = modeler.get("canvas");
  canvas.resized();
  const { inner, outer } = canvas.viewbox();
  if (!inner.width || !outer.width) return;
  const left = modeler.get("palette", false) ? COVERED : MARGIN;
  const [width, height] = [outer.width - left - MARGIN, outer.height - 2 * MARGIN];
  const scale = Math.max(0.2, Math.min(1, width / inner.width, height / inner.height));
  canvas.viewbox({
    x: inner.x - (left + Math.max(0, width - inner.width * scale) / 2) / scale,
    y: inner.y - (MARGIN + Math.max(0, height - inner.height * scale) / 2) / scale,
    width: outer.width / scale,
    height: outer.height / scale,
  });
}
