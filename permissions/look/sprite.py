"""The icons a page may use: the symbols of ``static/icons.svg``."""

from __future__ import annotations

import logging
import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static

log = logging.getLogger(__name__)


@cache
def icon_names() -> frozenset[str]:
    """The names in the sprite; empty where the file cannot be found."""
    path = finders.find("icons.svg")
    return frozenset(re.findall(r'id="i-([\w-]+)"', Path(path).read_text("utf-8"))) if path else frozenset()


def icon_url(name: str) -> str:
    """The address of a symbol. A name that is not in the sprite is logged; the page goes on without the picture."""
    if name not in icon_names():
        log.error("There is no icon %r: add it to static/icons.txt and run scripts/icons", name)
    return f"{static('icons.svg')}#i-{name}"
