"""What can be wrong with the record, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

KINDS: Mapping[str, Any] = {
    "changed": _("内容与校验值不符"),
    "missing": _("缺少这一条"),
    "moved": _("与前一条接不上"),
    "inserted": _("多出这一条"),
    "truncated": _("链尾被截断，缺少这一条及以后"),
    "headless": _("链头记录不存在"),
    "rewritten": _("与检查点记下的不同：记录连同校验值被改写"),
    "gone": _("检查点记下过这条链，现在整条都不在了"),
    "leaves": _("检查点的明细与根校验值不符"),
    "unsigned": _("系统签名无效"),
    "unknown_key": _("不是本系统的密钥签的名"),
    "other_copy": _("与数据文件夹中的副本不同"),
    "unanchored": _("可信时间戳无效"),
}
"""By the `kind` of a break in a chain or of a fault beyond it."""
