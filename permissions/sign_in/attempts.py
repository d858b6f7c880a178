"""How often the door was tried: what closes a name at an address, and an address that tries many names."""

from datetime import timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from permissions.errors import ApplicationError
from permissions.models import FactorGuard, User


class Closed(ApplicationError):
    """Too many wrong tries: this door stays shut for a while. `data["minutes"]` says how long."""

    status = 429
    default_code = "locked_out"


def minutes() -> int:
    """For how long a lock stands."""
    return round(settings.AXES_COOLOFF_TIME * 60)


def locked_name() -> Closed:
    """The refusal of a name that failed too often from one address."""
    words = _("密码连续不正确，此账号已在您的网络地址上锁定。请 %(minutes)d 分钟后再试，或请安全管理员解锁。")
    return Closed(words % {"minutes": minutes()}, data={"minutes": minutes()})


def locked_factor() -> Closed:
    """The refusal of a person whose codes were wrong too often."""
    words = _("验证码连续不正确，已暂停验证。请 %(minutes)d 分钟后重新登录，或请安全管理员解锁。")
    return Closed(words % {"minutes": minutes()}, code="locked_factor", data={"minutes": minutes()})


def spraying() -> Closed:
    """The refusal of an address that failed under many different names."""
    words = _("您的网络地址在短时间内用多个账号登录失败，已暂停登录。请 %(minutes)d 分钟后再试。")
    return Closed(words % {"minutes": minutes()}, code="spraying", data={"minutes": minutes()})


def too_many_names(address: str) -> bool:
    """Whether this address has failed under so many names that somebody seems to try one password on all."""
    return names_failed(address) >= settings.SIGN_IN_NAMES


def names_failed(address: str) -> int:
    """Under how many different names somebody at this address has failed within the lock's time."""
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    tried = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=since)
    return tried.values("username").distinct().count()


def locked_at(user: User) -> list[str]:
    """The addresses from which this person's name is locked now."""
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    tried = AccessAttempt.objects.filter(username=user.username, attempt_time__gte=since)
    failed = tried.values("ip_address").annotate(failed=Sum("failures_since_start")).order_by("ip_address")
    return [str(row["ip_address"]) for row in failed if row["failed"] >= settings.AXES_FAILURE_LIMIT]


def factor_locked(user: User) -> bool:
    """Whether this person's codes are not taken now."""
    guard = FactorGuard.objects.filter(user=user).first()
    if guard is None or guard.failed_at is None or guard.failures < settings.AXES_FAILURE_LIMIT:
        return False
    return timezone.now() - guard.failed_at < timedelta(hours=settings.AXES_COOLOFF_TIME)
