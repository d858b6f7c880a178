"""The log's words for accounts and for how the house began."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from decisions.told.shape import Data, Words


def _added(data: Data) -> Words:
    name = data.get("new", {}).get("display_name", "")
    return pgettext("log", "建立账号"), _("%(name)s（%(detail)s）") % {"name": name, "detail": data.get("user", "")}


def _renamed(data: Data) -> Words:
    old, new = data.get("old", {}), data.get("new", {})
    names = {"display_name": _("岗位名称"), "display_name_en": _("岗位英文名称")}
    nothing = _("（空）")
    return pgettext("log", "修改账号的岗位名称"), _("；").join(
        _("%(field)s：%(old)s → %(new)s")
        % {"field": names.get(key, key), "old": old.get(key) or nothing, "new": value or nothing}
        for key, value in new.items()
    )


def _issued(data: Data) -> Words:
    return pgettext("log", "发放初始密码"), _("待放行") if data.get("held") else ""


def _with_reason(what: str, data: Data) -> Words:
    return what, str(data.get("reason", ""))


#: verb → a sentence made of the entry's data
SENTENCES: Mapping[str, Callable[[Data], Words]] = {
    "password_issue": _issued,
    "user_add": _added,
    "user_deactivate": lambda data: _with_reason(pgettext("log", "停用账号"), data),
    "user_edit": _renamed,
    "user_reactivate": lambda data: _with_reason(pgettext("log", "启用账号"), data),
}
#: verb → its name, where the name says it all (`pgettext_lazy("log", …)`)
NAMES: Mapping[str, Any] = {
    "body_add": pgettext_lazy("log", "建立班子"),
    "house_begin": pgettext_lazy("log", "建立系统，设立三员"),
    "sign_in_release": pgettext_lazy("log", "放行登录"),
}
#: beginnings of verbs that the story of an item leaves out
DETAILS: tuple[str, ...] = ()
#: verbs worth telling on the first page
NEWS: tuple[str, ...] = ()
#: kind of the log's filter (`decisions.selectors.log.KINDS`) → beginnings of verbs
KINDS: Mapping[str, tuple[str, ...]] = {"people": ("password_", "house_")}
