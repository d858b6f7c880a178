/* What the page asks the server. Every answer is JSON; one that is none (a sign-in page, a broken connection) is `offline`. */

/** An answer: `ok` with `data`, or not, with what the server says (`code`, `message`, `data`). `offline`: nothing was done. */
export class Answer {
  constructor({ ok = false, offline = false, status = 0, body = {} }) {
    Object.assign(this, { ok, offline, status, body });
  }

  get message() {
    return this.body.message || "";
  }
}

export class Server {
  constructor(data) {
    this.address = data.address ?? {};
    this.csrf = data.csrf ?? "";
  }

  /** Whether the page has an address for this at all. */
  has(what) {
    return Boolean(this.address[what]);
  }

  /** Send `fields` to the address called `what`; `signal` of an AbortController gives up waiting. */
  async post(what, fields, signal) {
    try {
      const response = await fetch(this.address[what], {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf, Accept: "application/json" },
        body: JSON.stringify(fields),
        signal,
      });
      if (!(response.headers.get("Content-Type") || "").startsWith("application/json")) return new Answer({ offline: true });
      return new Answer({ ok: response.ok, status: response.status, body: await response.json() });
    } catch (error) {
      if (error.name === "AbortError") return null;
      return new Answer({ offline: true });
    }
  }
}
