"""The log's words for signing in: attempts, locks, second factors, sessions, single sign-on."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import pgettext, pgettext_lazy

from decisions.told.shape import Data, Words


def _from(what: str, data: Data) -> Words:
    """What happened, and from which network address."""
    address = str(data.get("address", ""))
    return what, pgettext("log", "来自 %(address)s") % {"address": address} if address else ""


def _factor(what: str, data: Data) -> Words:
    """What happened to a factor, and which it was."""
    kinds = {"totp": pgettext("log", "手机验证器"), "webauthn": pgettext("log", "通行密钥")}
    kind = kinds.get(str(data.get("type", "")), "")
    return what, "：".join(part for part in (kind, str(data.get("name", ""))) if part)


def _sign_in(data: Data) -> Words:
    """By what somebody signed in, and from where."""
    ways = {
        "passkey": pgettext("log", "用通行密钥登录"),
        "single_sign_on": pgettext("log", "用统一身份认证登录"),
    }
    what = ways.get(str(data.get("method", "")), pgettext("log", "登录"))
    seconds = {
        "totp": pgettext("log", "经手机验证器验证"),
        "webauthn": pgettext("log", "经通行密钥验证"),
        "recovery_codes": pgettext("log", "经恢复码验证"),
    }
    second = seconds.get(str(data.get("factor", "")), "")
    where = _from(what, data)[1]
    return what, "；".join(part for part in (second, where) if part)


#: verb → a sentence made of the entry's data
SENTENCES: Mapping[str, Callable[[Data], Words]] = {
    "user_sign_in": _sign_in,
    "user_sign_in_fail": lambda data: _from(pgettext("log", "登录失败"), data),
    "user_lock_out": lambda data: _from(pgettext("log", "登录连续失败，账号在该地址锁定"), data),
    "confirm_fail": lambda data: _from(pgettext("log", "确认身份失败"), data),
    "sign_in_spray": lambda data: _from(pgettext("log", "同一地址用多个账号登录失败，该地址暂停登录"), data),
    "identity_refuse": lambda data: _from(pgettext("log", "统一身份没有关联可用账号，登录被拒"), data),
    "identity_link": lambda data: (pgettext("log", "关联统一身份"), str(data.get("identity", ""))),
    "identity_unlink": lambda data: (pgettext("log", "取消关联统一身份"), str(data.get("identity", ""))),
    "factor_add": lambda data: _factor(pgettext("log", "添加双重验证"), data),
    "factor_remove": lambda data: _factor(pgettext("log", "移除双重验证"), data),
    "factor_fail": lambda data: _from(pgettext("log", "双重验证失败"), data),
    "factor_lock": lambda data: _from(pgettext("log", "双重验证连续失败，暂停验证"), data),
    "factor_reset": lambda data: (pgettext("log", "重置双重验证"), str(data.get("reason", ""))),
    "session_end": lambda data: _from(pgettext("log", "退出一处登录"), data),
}
#: verb → its name, where the name says it all (`pgettext_lazy("log", …)`)
NAMES: Mapping[str, Any] = {
    "user_sign_out": pgettext_lazy("log", "退出登录"),
    "user_password_set": pgettext_lazy("log", "修改密码"),
    "recovery_codes_renew": pgettext_lazy("log", "重新生成恢复码"),
    "sessions_end": pgettext_lazy("log", "退出全部登录"),
    "sign_in_unlock": pgettext_lazy("log", "解除登录锁定"),
}
#: beginnings of verbs that the story of an item leaves out
DETAILS: tuple[str, ...] = ()
#: verbs worth telling on the first page
NEWS: tuple[str, ...] = ()
#: kind of the log's filter (`decisions.selectors.log.KINDS`) → beginnings of verbs
KINDS: Mapping[str, tuple[str, ...]] = {
    "people": ("factor_", "recovery_codes_", "session_", "sessions_", "sign_in_", "identity_", "confirm_")
}
