"""What every browser test asks of a page: nothing for axe to find, no sideways scroll, nothing the browser refused.

watched = watch(page)
page.goto(…)
assert audit(page) == []
assert overflow(page) == []
assert watched == []
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page, Response

WIDTHS = (1440, 390, 320)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LAUNCH = {
    "executable_path": "/usr/bin/chromium",
    "args": [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ],
}

_WIDER = """() => {
  const limit = document.documentElement.clientWidth, found = [];
  const wide = document.documentElement.scrollWidth;
  if (wide > limit) found.push('page is ' + wide + ' wide');
  for (const node of document.querySelectorAll('body *')) {
    const box = node.getBoundingClientRect();
    if (box.right <= limit + 1 || !box.width || getComputedStyle(node).position === 'fixed') continue;
    let inside = false;
    for (let up = node.parentElement; up && up !== document.body; up = up.parentElement) {
      const flow = getComputedStyle(up).overflowX;
      if (flow === 'auto' || flow === 'scroll' || flow === 'hidden') { inside = true; break; }
    }
    const name = node.tagName.toLowerCase() + '.' + node.getAttribute('class');
    if (!inside) found.push(name + ' reaches ' + Math.round(box.right));
  }
  return found.slice(0, 8);
}"""

_RUN = "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})"

# A symbol that is not in the sprite draws nothing: its box is empty.
_LOST_ICONS = """() => [...document.querySelectorAll('svg.i use')]
  .filter(use => use.closest('svg').getBoundingClientRect().width && !use.getBBox().width && !use.getBBox().height)
  .map(use => use.getAttribute('href'))"""


@cache
def _axe() -> str:
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


def audit(page: Page) -> list[str]:
    """Every violation axe finds (WCAG 2.2 A and AA, best practice), one line each: rule, where, why."""
    found = _found(page)
    return [
        f"{violation['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def _found(page: Page, tries: int = 3) -> dict[str, Any]:
    """What axe says of the page somebody stands on.

    A click answers before the browser has left the page, so the audit can begin in a document that is torn down under
    it. That is no audit of anything: the page they come to is audited instead. Any other error stands.
    """
    page.wait_for_load_state()
    before = page.evaluate("performance.timeOrigin")
    try:
        if not page.evaluate("() => Boolean(window.axe)"):
            page.evaluate(_axe())
        return dict(page.evaluate(_RUN, RULES))
    except Error:
        page.wait_for_load_state("networkidle")
        if tries == 1 or page.evaluate("performance.timeOrigin") == before:
            raise
        return _found(page, tries - 1)


def overflow(page: Page) -> list[str]:
    """What makes the page wider than the window; content inside its own scroller does not count."""
    return list(page.evaluate(_WIDER))


def lost_icons(page: Page) -> list[str]:
    """Visible icons whose symbol is not in the sprite."""
    page.wait_for_load_state("networkidle")
    return list(page.evaluate(_LOST_ICONS))


def watch(page: Page, *, expected: tuple[int, ...] = ()) -> list[str]:
    """A list that grows with what goes wrong from now on: policy violations, script errors, failed requests.

    Answers with a status in `expected` (a test of a 403 page, say) are not counted.
    """
    seen: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        if any(f"status of {status}" in message.text for status in expected):
            return
        place = message.location
        seen.append(f"{message.text} ({place['url']}:{place['lineNumber']})")

    def answered(response: Response) -> None:
        if response.status >= 400 and response.status not in expected:
            seen.append(f"{response.status} {response.url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: seen.append(f"script error: {error}"))
    page.on("response", answered)
    return seen
