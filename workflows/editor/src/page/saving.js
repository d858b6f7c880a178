/* Saving: by itself while one draws, and as the flow's draft when one says so. Whatever fails, the words say what became of the
   drawing, and the page asks before it is left with strokes nobody has kept. */
import { t } from "../words.js";
import { h, settled } from "./dom.js";

const QUIET = 1500;
const AGAIN = 15000;

export class Saving {
  constructor(modeler, server, data, problems) {
    this.modeler = modeler;
    this.server = server;
    this.problems = problems;
    this.name = data.name ?? "";
    this.base = data.base ?? "";
    this.last = data.kept ?? "";
    this.dirty = false;
    this.unsaved = Boolean(this.last);
    this.state = h("span", { class: "ed-state", role: "status" });
    this.message = h("div", { class: "ed-message", role: "alert", hidden: true });
    this.keepSoon = settled(() => this.keep(), QUIET);
    this.running = Promise.resolve();
  }

  watch() {
    this.modeler.on("commandStack.changed", () => {
      this.dirty = true;
      this.unsaved = true;
      this.tell(t("有未保存的修改"));
      if (this.server.has("autosave")) this.keepSoon();
    });
    window.addEventListener("beforeunload", (event) => {
      if (!this.dirty) return;
      event.preventDefault();
      event.returnValue = "";
    });
  }

  /** One request after the other, so that each knows what the one before it kept. */
  inTurn(work) {
    this.running = this.running.then(work, work);
    return this.running;
  }

  keep() {
    return this.inTurn(async () => {
      if (!this.dirty) return;
      const { xml } = await this.modeler.saveXML({ format: true });
      this.dirty = false;
      const answer = await this.server.post("autosave", { xml, base: this.base, name: this.name, last: this.last });
      if (answer.ok) {
        this.last = answer.body.kept;
        this.tell(t("已自动保存 {time}", { time: clockNow() }));
        this.others(answer.body.others);
        if (answer.body.current && answer.body.current !== this.base) {
          this.say(t("别人保存过这个流程。您画的都还在，存草稿时再决定用哪一份。"));
        }
        return;
      }
      this.dirty = true;
      this.tell(t("没有保存"));
      if (answer.offline) {
        this.say(t("没有连上服务器，修改还没有保存。请不要关闭本页，连上后会自动保存。"));
        setTimeout(() => this.keepSoon(), AGAIN);
      } else this.say(answer.message);
    });
  }

  /** Keep what is not kept yet, and say whether nothing is left to lose. */
  async kept() {
    if (this.server.has("autosave")) await this.keep();
    return !this.dirty;
  }

  /** Save as the draft. */
  save() {
    return this.inTurn(async () => {
      const { xml } = await this.modeler.saveXML({ format: true });
      this.tell(t("正在保存"));
      const answer = await this.server.post("save", { xml, base: this.base, name: this.name });
      if (answer.ok) {
        const { base, number, errors } = answer.body;
        Object.assign(this, { base, last: "", dirty: false, unsaved: false });
        this.tell(t("已存为草稿，第 {n} 版", { n: number }));
        this.problems.answered(answer.body);
        const rest = errors ? t("还有 {n} 处须改正，改好以后才能发布。", { n: errors }) : t("检查通过，可以发布。");
        this.say(rest, onward(answer.body), "ok");
        return;
      }
      this.tell(t("没有保存"));
      if (answer.offline) this.say(t("没有连上服务器，没有存成草稿。请稍后再存。"));
      else {
        const { address } = answer.body.data ?? {};
        if (answer.body.code === "saved_since") this.dirty = false;
        this.say(answer.message, address ? h("a", { href: address }, t("看对方改了什么，决定用哪一份")) : null);
      }
    });
  }

  tell(words) {
    this.state.textContent = words;
  }

  /** A message above the drawing, until it is closed or another comes. */
  say(words, link = null, kind = "warn") {
    const close = h("button", { type: "button", class: "ed-close", "aria-label": t("关闭"), onclick: () => (this.message.hidden = true) }, "×");
    this.message.className = `ed-message ed-${kind}`;
    this.message.replaceChildren(h("span", {}, words, " ", link ?? ""), close);
    this.message.hidden = false;
  }

  /** Who else draws this flow, where the page has a place for it. */
  others(found) {
    const place = document.getElementById("editor-others");
    if (!place || !Array.isArray(found)) return;
    const words = found.map((one) => t(one.now ? "{who}也在画这个流程（{when}）" : "{who}有一份没有保存的绘制（{when}）", one));
    place.textContent = words.join(t("；"));
  }
}

/** Where one goes from a draft: to play it and to have it published where nothing is wrong with it, and to its page. */
function onward({ errors, address, rehearse, publish }) {
  const ways = errors ? [] : [[rehearse, t("演练")], [publish, t("提请发布")]];
  return h("span", { class: "ed-onward" }, ...[...ways, [address, t("到流程页面")]].map(([href, words]) => h("a", { href }, words)));
}

const clockNow = () => new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
