"""The log's words for packs and their records."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from decisions.told.shape import Data, Words
from workflows import names


def _pack(data: Data) -> str:
    version = str(data.get("version") or "")
    name = names.label(str(data.get("name", "")))
    return _("%(name)s %(version)s 版") % {"name": name, "version": version} if version else name


def _record(data: Data) -> str:
    return " ".join(part for part in (str(data.get("number", "")), str(data.get("title", ""))) if part)


def _changed(data: Data) -> str:
    """What a record is called, and how many of its fields are different; which ones its versions show."""
    count = len(data.get("new") or {})
    fields = _("改了 %(n)d 项") % {"n": count} if count else ""
    return "，".join(part for part in (str(data.get("title", "")), fields) if part)


#: verb → a sentence made of the entry's data
SENTENCES: Mapping[str, Callable[[Data], Words]] = {
    "pack_install": lambda data: (
        pgettext("log", "升级业务包") if data.get("before") else pgettext("log", "安装业务包"),
        _pack(data),
    ),
    "pack_switch": lambda data: (
        pgettext("log", "启用业务包") if data.get("on") else pgettext("log", "停用业务包"),
        _pack(data),
    ),
    "pack_export": lambda data: (pgettext("log", "导出业务包"), _pack(data)),
    "pack_remove": lambda data: (pgettext("log", "移除业务包"), _pack(data)),
    "kind_save": lambda data: (pgettext("log", "修改业务包"), _pack(data)),
    "record_create": lambda data: (pgettext("log", "登记"), _record(data)),
    "record_edit": lambda data: (pgettext("log", "修改记录"), _changed(data)),
    "record_step": lambda data: (pgettext("log", "办理时填写记录"), _changed(data)),
    "record_set": lambda data: (pgettext("log", "流程改写记录"), _changed(data)),
}
#: verb → its name, where the name says it all (`pgettext_lazy("log", …)`)
NAMES: Mapping[str, Any] = {}
#: beginnings of verbs that the story of an item leaves out
DETAILS: tuple[str, ...] = ()
#: verbs worth telling on the first page
NEWS: tuple[str, ...] = ()
#: kind of the log's filter (`decisions.selectors.log.KINDS`) → beginnings of verbs
KINDS: Mapping[str, tuple[str, ...]] = {"flow": ("pack_", "kind_"), "record": ("record_",)}
