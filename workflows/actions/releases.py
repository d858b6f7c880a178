"""Releasing a version: asked for, approved by whoever may, in force at once or on its day.

Whether the one who drew a flow may put it into force alone is a separation rule of the house (`drafter_publishes`): data, switched
on by the security administrator. Where nothing keeps them from it, asking and approving are one act.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from permissions import audit
from permissions.access import fetch
from permissions.clock import today
from permissions.errors import Invalid, WrongState
from permissions.models import User
from permissions.policies import may
from permissions.transactions import action
from workflows.actions.definitions import hold, put_in_force, refuse_unready
from workflows.clock import now
from workflows.models import OPEN_RELEASES, DefinitionVersion, Release, ReleaseState, VersionStatus

LONGEST_WAIT = timedelta(days=366)
"""So far ahead a version may be approved for: longer, and nobody remembers what it was meant for."""


@action
def release_ask(*, actor: User, version_id: int, effective_on: date | None = None, note: str = "") -> Release:
    """Ask for a draft to come into force, on a day to come or (None) as soon as it is approved.

    Whoever may approve it themselves has done so with this. Repeated for the same day it writes nothing and returns the release
    there is. Raises `Denied`, `Hidden`, `Invalid` (a day that is past or too far; problems of the draft, as publishing does) and
    `WrongState` (in force already, retired, or asked for with another day).
    """
    version = hold(actor, "release_ask", version_id)
    known = version.releases.filter(state__in=(*OPEN_RELEASES, ReleaseState.DONE)).first()
    if known is not None and known.effective_on == effective_on:
        return known
    if version.status == VersionStatus.PUBLISHED:
        raise WrongState(_("这一版已经发布，不用再提请。"), code="published")
    if known is not None:
        raise WrongState(
            _("这一版已提请发布，生效日期不同。要改日期，请先撤回原来的申请。"),
            code="released",
            data={"release": known.pk},
        )
    release = Release(version=version, effective_on=effective_on, note=note.strip(), asked=now(), asked_by=actor)
    _check(release)
    refuse_unready(version)
    release.save()
    _log(release, actor, "release_ask", effective_on=effective_on, note=release.note)
    if may(actor, "release_approve", release):
        _approve(release, actor)
    return release


@action
def release_approve(*, actor: User, release_id: int) -> Release:
    """Approve a release: in force now, or on its day. Repeating it changes and logs nothing.

    Raises `Denied` (also by a separation rule), `Hidden`, `Invalid` with the problems found meanwhile, and `WrongState` for one
    that was refused or withdrawn.
    """
    release = _held(actor, "release_approve", release_id)
    if release.state in (ReleaseState.APPROVED, ReleaseState.DONE):
        return release
    _require_open(release)
    refuse_unready(release.version)
    _approve(release, actor)
    return release


@action
def release_refuse(*, actor: User, release_id: int, reason: str) -> Release:
    """Do not approve a release; its draft can be changed again. `reason` tells who drew it what to do."""
    release = _held(actor, "release_refuse", release_id)
    if release.state == ReleaseState.REFUSED:
        return release
    _require_open(release)
    if release.state == ReleaseState.APPROVED:
        raise WrongState(_("这一版已经批准，正在等生效日期。要停下来，请撤回。"), code="approved")
    if not reason.strip():
        words = _("请写明不批准的理由，让起草人知道改什么。")
        raise Invalid(words, fields={"reason": words})
    release.answered, release.answered_by, release.answer = now(), actor, reason.strip()
    _end(release, ReleaseState.REFUSED)
    _log(release, actor, "release_refuse", reason=release.answer)
    return release


@action
def release_withdraw(*, actor: User, release_id: int) -> Release:
    """Take back a release that is not yet in force; its draft can be changed again. Repeating it changes and logs nothing."""
    release = _held(actor, "release_withdraw", release_id)
    if release.state == ReleaseState.WITHDRAWN:
        return release
    _require_open(release)
    _end(release, ReleaseState.WITHDRAWN)
    _log(release, actor, "release_withdraw")
    return release


@action
def release_carry_out(*, release_id: int) -> bool:
    """The worker's part: put an approved version into force on its day, in the name of who approved it; False where it is not due.

    What has come to stand in its way since (a flow it calls was retired) ends the release as failed and says so.
    """
    version_id = Release.objects.values_list("version", flat=True).get(pk=release_id)
    version = hold(None, "definition_publish", version_id)
    release = Release.objects.select_for_update(of=("self",)).select_related("answered_by").get(pk=release_id)
    release.version = version
    if release.state != ReleaseState.APPROVED or (release.effective_on or today()) > today():
        return False
    try:
        with transaction.atomic():
            refuse_unready(version)
            put_in_force(version, release.answered_by)
    except (Invalid, WrongState) as error:
        told = [problem["text"] for problem in error.data.get("problems", [])]
        release.answer = "\n".join((error.message, *told))
        _end(release, ReleaseState.FAILED)
        _log(release, None, "release_fail", reason=error.message)
        return False
    _end(release, ReleaseState.DONE)
    return True


def _approve(release: Release, actor: User) -> None:
    release.state, release.answered, release.answered_by = ReleaseState.APPROVED, now(), actor
    _log(release, actor, "release_approve", effective_on=release.effective_on)
    if release.effective_on is None or release.effective_on <= today():
        put_in_force(release.version, actor)
        _end(release, ReleaseState.DONE)
    else:
        release.save()


def _end(release: Release, state: ReleaseState) -> None:
    release.state, release.ended = state, now()
    release.save()


def _check(release: Release) -> None:
    faults: dict[str, str] = {}
    day = release.effective_on
    if day is not None and day <= today():
        faults["effective_on"] = _("生效日期要晚于今天；马上生效的，请不填日期。")
    elif day is not None and day > today() + LONGEST_WAIT:
        faults["effective_on"] = _("生效日期不能晚于一年以后。请选较近的日期。")
    try:
        release.clean_fields(exclude=["version", "asked_by", "answered_by"])
    except ValidationError as error:
        faults |= {name: words[0] for name, words in error.message_dict.items()}
    if faults:
        raise Invalid(next(iter(faults.values())), fields=faults)


def _held(actor: User, act: str, release_id: int) -> Release:
    """The release and its version, both locked, in the order asking locks them in."""
    seen = fetch(Release.objects.select_related("version"), actor, "view", release_id)
    version = hold(actor, "view", seen.version_id)
    rows = Release.objects.select_for_update(of=("self",)).select_related("version__definition")
    release = fetch(rows, actor, act, release_id)
    release.version = version
    return release


def _require_open(release: Release) -> None:
    if not release.is_open:
        raise WrongState(
            _("这份发布申请%(state)s，不能再办理。") % {"state": release.get_state_display()}, code="release_over"
        )


def _log(release: Release, actor: User | None, verb: str, **data: object) -> None:
    version: DefinitionVersion = release.version
    audit.record(
        subject=f"flow:{version.definition.key}",
        actor=actor,
        verb=verb,
        target=f"version:{version.pk}",
        data={"number": version.number, "sha256": version.sha256, "kind": str(version.definition.kind), **data},
    )
