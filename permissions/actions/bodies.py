"""Changing how a body is called. Bodies come with the installation and are never removed: decisions refer to them."""

from permissions import access, audit
from permissions.actions import changes
from permissions.models import Body, User
from permissions.transactions import action


@action
def body_edit(
    *, actor: User, body_id: int, name: str, name_en: str, short: str, short_en: str, version: str = ""
) -> Body:
    """Rename a body. Repeating it changes and logs nothing. Raises `Denied`, `Hidden`, `Invalid`, and `Conflict`
    where somebody renamed it after `version`, on which the form was opened."""
    body = access.fetch(Body.objects.select_for_update(no_key=True), actor, "body_edit", body_id)
    values = {"name": name, "name_en": name_en, "short": short, "short_en": short_en}
    values = changes.words(Body, values, required=tuple(values))
    if changed := changes.apply(body, values, "body_edit", actor=actor, opened_on=version):
        audit.record(subject=f"body:{body.pk}", actor=actor, verb="body_edit", target=f"body:{body.pk}", data=changed)
    return body
