"""What `manage.py check` says about settings and surroundings: the log's database, second factors, the example's place."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError


@register(Tags.security, deploy=True)
def two_roles(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """That the application is not the owner of its tables, and so cannot take the triggers off."""
    if settings.DATABASE_ROLE:
        return []
    return [
        Warning(
            "The application works in the database as the owner of its tables.",
            hint="Make a second user, name it in DATABASE_URL and the owner in SANGONG_OWNER_URL, and run migrate.",
            id="permissions.W001",
        )
    ]


@register(Tags.database)
def no_example(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """That no account of the example is in use where it is not the example that runs (N3)."""
    if settings.SANGONG_EXAMPLE or not databases:
        return []
    from permissions.models import User

    try:
        names = list(User.objects.filter(of_example=True, is_active=True).values_list("username", flat=True)[:4])
    except DatabaseError:
        # Not migrated, or not answering: `migrate` and the health page say so.
        return []
    if not names:
        return []
    return [
        Error(
            f"数据库中有示例账号，而这里不是示例系统：{'、'.join(names)}…… (accounts of the example are in use outside of it)",
            hint="试用请设置 SANGONG_EXAMPLE=1；正式使用请另设 SANGONG_VAR 或 DATABASE_URL，从 manage.py house_begin 开始。"
            " (set SANGONG_EXAMPLE=1 to try the example, or begin your own house elsewhere with manage.py house_begin)",
            id="permissions.E001",
        )
    ]


@register(Tags.security, deploy=True)
def example_in_service(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """That what is served to others is not the example."""
    if not settings.SANGONG_EXAMPLE:
        return []
    return [
        Warning(
            "This is the example town: everybody who tries it knows its accounts.",
            hint="Set SANGONG_EXAMPLE=0 and begin with manage.py house_begin.",
            id="permissions.W002",
        )
    ]


def at_start() -> None:
    """Refuse to serve where accounts of the example are in use outside of it. Raises `ImproperlyConfigured`.

    A database that does not answer yet is no reason: the health page says so, and signing in refuses these accounts as well.
    """
    if found := no_example(None, databases=["default"]):
        raise ImproperlyConfigured(f"{found[0].msg} {found[0].hint}")


@register(Tags.security)
def second_factor_roles(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """That `SANGONG_SECOND_FACTOR` names roles there are: a slip would leave somebody without a second factor."""
    from permissions.models import Role

    unknown = sorted(set(settings.SECOND_FACTOR) - {"all", *Role.Code.values})
    if not unknown:
        return []
    return [
        Error(
            f"SANGONG_SECOND_FACTOR names no role: {', '.join(unknown)}.",
            hint=f"Roles are {', '.join(Role.Code.values)}; `all` is everybody.",
            id="permissions.E002",
        )
    ]
