"""Adding, changing, filling and ending seats. The body's row is the lock: a roster changes one step at a time."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from permissions import access, audit, clock, separation, versions
from permissions.actions import changes
from permissions.errors import Conflict, Denied, WrongState
from permissions.models import Body, Seat, User
from permissions.transactions import action


@action
def seat_add(
    *,
    actor: User,
    body_id: int,
    position: str,
    position_en: str = "",
    voting: bool = True,
    principal: bool = False,
    order: int | None = None,
    starts_on: date,
    ends_on: date | None = None,
    user_id: int | None = None,
) -> Seat:
    """Add a seat, vacant or filled; without `order` it comes last. The same seat added again is returned as it stands.

    Raises `Denied`, `Hidden`, `Invalid` (words, term, person) and `Conflict` (position taken, second principal,
    second seat of one person in the body, an administrator).
    """
    body = access.fetch(Body.objects.select_for_update(no_key=True), actor, "seat_add", body_id)
    text = changes.words(Seat, {"position": position, "position_en": position_en}, required=("position",))
    _check_term(starts_on, ends_on)
    _check_principal_votes(voting, principal)
    person = _person(actor, user_id)
    same = Seat.objects.filter(
        body=body, voting=voting, principal=principal, starts_on=starts_on, ends_on=ends_on, user=person, **text
    ).first()
    if same is not None:
        return same
    if order is None:
        last = Seat.objects.filter(body=body).order_by("-order").values_list("order", flat=True).first()
        order = (last or 0) + 1
    seat = Seat(
        body=body,
        user=person,
        voting=voting,
        principal=principal,
        order=order,
        starts_on=starts_on,
        ends_on=ends_on,
        **text,
    )
    _check_roster(seat)
    versions.save(seat, actor, "seat_add")
    new = {**text, "voting": voting, "principal": principal, "order": order, "user_id": user_id}
    _log(actor, "seat_add", seat, {"new": {**new, "starts_on": starts_on, "ends_on": ends_on}})
    return seat


@action
def seat_edit(
    *,
    actor: User,
    seat_id: int,
    position: str,
    position_en: str = "",
    voting: bool,
    principal: bool,
    order: int,
    version: str = "",
) -> Seat:
    """Change what a seat is. Repeating it changes and logs nothing. `version` is the one the form was opened on.

    Sittings already open keep their frozen roster (R47). Raises as `seat_add`, and `WrongState` for an ended seat.
    """
    seat = _locked(actor, "seat_edit", seat_id)
    text = changes.words(Seat, {"position": position, "position_en": position_en}, required=("position",))
    if not 0 <= order <= 32767:
        changes.check({"order": _("次序请填写 0 到 32767 之间的整数，例如 3。")})
    _check_principal_votes(voting, principal)
    _check_roster(seat, **text, voting=voting, principal=principal)
    _change(seat, {**text, "voting": voting, "principal": principal, "order": order}, actor, "seat_edit", version)
    return seat


@action
def seat_assign(*, actor: User, seat_id: int, user_id: int | None, version: str = "") -> Seat:
    """Put a person in a seat, or leave it vacant (`user_id` None). Repeating it changes and logs nothing.

    Nobody assigns a seat to themselves. Raises as `seat_add`, and `WrongState` for an ended seat.
    """
    seat = _locked(actor, "seat_assign", seat_id)
    if seat.user_id == user_id:
        return seat
    person = _person(actor, user_id)
    _check_roster(seat, user_id=person.pk if person else None)
    _change(seat, {"user_id": person.pk if person else None}, actor, "seat_assign", version)
    return seat


@action
def seat_end(*, actor: User, seat_id: int, ends_on: date, version: str = "") -> Seat:
    """Let a seat's term end with that day (included). Repeating it changes and logs nothing.

    Raises `Denied`, `Hidden`, `Invalid` when the day is before the term began, `WrongState` for a seat already ended,
    `Conflict` when a later end would run into another seat.
    """
    seat = _locked(actor, "seat_end", seat_id, unless_ended_on=ends_on)
    _check_term(seat.starts_on, ends_on)
    if seat.ends_on is not None and ends_on > seat.ends_on:
        _check_roster(seat, ends_on=ends_on)
    _change(seat, {"ends_on": ends_on}, actor, "seat_end", version)
    return seat


def _locked(actor: User, act: str, seat_id: int, *, unless_ended_on: date | None = None) -> Seat:
    """The seat, with its body's row locked and read again after the wait. An ended seat is history and stays so."""
    seat = access.fetch(Seat, actor, act, seat_id)
    body = Body.objects.select_for_update(no_key=True).get(pk=seat.body_id)
    seat = Seat.objects.get(pk=seat.pk)
    seat.body = body
    if seat.ends_on is not None and seat.ends_on < clock.today() and seat.ends_on != unless_ended_on:
        raise WrongState(
            _("“%(position)s”的任期已于 %(day)s 结束，不能再修改。需要时请新增席位。")
            % {"position": seat.label, "day": seat.ends_on.isoformat()},
            code="seat_ended",
        )
    return seat


def _change(seat: Seat, values: dict[str, Any], actor: User, verb: str, version: str) -> None:
    if changed := changes.apply(seat, values, verb, actor=actor, opened_on=version):
        _log(actor, verb, seat, changed)


def _log(actor: User, verb: str, seat: Seat, data: dict[str, Any]) -> None:
    audit.record(subject=f"body:{seat.body_id}", actor=actor, verb=verb, target=f"seat:{seat.pk}", data=data)


def _person(actor: User, user_id: int | None) -> User | None:
    """The active account with this key. Nobody puts themselves in a seat: that would be granting oneself a vote."""
    if user_id is None:
        return None
    if user_id == actor.pk:
        raise Denied(_("不能把席位安排给自己，请由另一名安全管理员办理。"), code="own_seat")
    return changes.person(user_id)


def _check_term(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        changes.check({"ends_on": _("任期止不能早于任期起 %(day)s，请重新选择日期。") % {"day": starts_on.isoformat()}})


def _check_principal_votes(voting: bool, principal: bool) -> None:
    if principal and not voting:
        changes.check({"voting": _("班长主持并最后表决，席位必须有表决权。")})


def _check_roster(seat: Seat, **values: Any) -> None:
    """Whether the roster would still be sound with the seat as it is, `values` put over it. Needs the body's lock."""
    wanted = {name: getattr(seat, name) for name in ("position", "voting", "principal", "user_id", "ends_on")} | values
    others = Seat.objects.filter(body=seat.body).exclude(pk=seat.pk).overlapping(seat.starts_on, wanted["ends_on"])
    for other in others:
        if other.position == wanted["position"]:
            raise Conflict(
                _("“%(position)s”在同一任期内已有席位。请改用能区分的岗位名称，或先结束原席位。")
                % {"position": wanted["position"]},
                code="position_taken",
            )
        if wanted["principal"] and other.principal:
            raise Conflict(
                _("%(body)s在同一任期内已有班长席位“%(position)s”。请先取消原席位的班长标记，或结束其任期。")
                % {"body": seat.body.label, "position": other.label},
                code="second_principal",
            )
        if wanted["user_id"] is not None and other.user_id == wanted["user_id"]:
            raise Conflict(
                _("这名人员在%(body)s已有席位“%(position)s”。一人在同一班子只能有一个席位。")
                % {"body": seat.body.label, "position": other.label},
                code="second_seat",
            )
    if wanted["user_id"] is not None:
        separation.check_seat(wanted["user_id"])
