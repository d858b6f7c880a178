"""What the actions of this app share: comparing, saving with history, and checking plain words."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from permissions import versions
from permissions.errors import Invalid
from permissions.models import User


def apply(
    instance: Model, values: Mapping[str, Any], act: str, *, actor: User, why: str = "", opened_on: str = ""
) -> dict[str, dict[str, Any]]:
    """Set and save the fields that differ; returns `{"old": {…}, "new": {…}}`, empty when nothing differed.

    `opened_on` is the version the form was opened on: raises `Conflict` where somebody changed one of the fields since.

    The version history gets the actor and the act; foreign keys are named by their column (`user_id`).
    """
    old = {name: getattr(instance, name) for name, value in values.items() if getattr(instance, name) != value}
    if not old:
        return {}
    versions.require(instance, opened_on, (name.removesuffix("_id") for name in values), actor)
    new = {name: values[name] for name in old}
    for name, value in new.items():
        setattr(instance, name, value)
    versions.save(instance, actor, act, why=why, fields=list(new))
    return {"old": old, "new": new}


def words(model: type[Model], values: Mapping[str, str], required: tuple[str, ...]) -> dict[str, str]:
    """The values without spaces around them. Raises `Invalid` naming each field left empty or too long."""
    clean = {name: value.strip() for name, value in values.items()}
    faults: dict[str, str] = {}
    for name, value in clean.items():
        field: Any = model._meta.get_field(name)
        most = field.max_length
        if not value and name in required:
            faults[name] = _("请填写%(field)s。") % {"field": field.verbose_name}
        elif most is not None and len(value) > most:
            faults[name] = _("%(field)s请不要超过 %(most)d 个字，现在是 %(now)d 个字。") % {
                "field": field.verbose_name,
                "most": most,
                "now": len(value),
            }
    check(faults)
    return clean


def check(faults: Mapping[str, str]) -> None:
    """Raises `Invalid` when there is a fault in any field."""
    if faults:
        raise Invalid(_("有 %(count)d 处需要修改，其余内容都已保留。") % {"count": len(faults)}, fields=faults)


def person(user_id: int, *, active: bool = True) -> User:
    """The account with this key. Raises `Invalid` when there is none, or (with `active`) when it is closed."""
    found = User.objects.filter(pk=user_id).first()
    if found is None or (active and not found.is_active):
        raise Invalid(_("没有找到这个账号，或账号已停用。"), fields={"user": _("请重新选择人员。")})
    return found
