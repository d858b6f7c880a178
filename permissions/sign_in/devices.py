"""A browser's description of itself, in words a person recognises."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# The first sign found counts: browsers name each other, the special ones last.
_BROWSERS = (
    ("MicroMessenger", gettext_noop("微信")),
    ("DingTalk", gettext_noop("钉钉")),
    ("QQBrowser", gettext_noop("QQ 浏览器")),
    ("UCBrowser", gettext_noop("UC 浏览器")),
    ("HuaweiBrowser", gettext_noop("华为浏览器")),
    ("MiuiBrowser", gettext_noop("小米浏览器")),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", gettext_noop("鸿蒙")),
    ("OpenHarmony", gettext_noop("鸿蒙")),
    ("Android", gettext_noop("安卓")),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def words(agent: str) -> str:
    """Browser and system of a `User-Agent` header, as in “微信（安卓）”; says so where it is not known."""
    browser = next((_(name) for sign, name in _BROWSERS if sign in agent), "")
    system = next((_(name) for sign, name in _SYSTEMS if sign in agent), "")
    if browser and system:
        return _("%(name)s（%(detail)s）") % {"name": browser, "detail": system}
    return browser or system or _("未知设备")
