"""Speaking: whose turn it is and since when, statements and waivers, and the speaker's own word on them (R17, R19, R20, R30)."""

from collections.abc import Collection

from django.db.models import Max
from django.utils.translation import gettext as _

from decisions import rules
from decisions.actions.sittings.common import lock_entry, log_entry, require_stage, seat_of, spoken, turn_end
from decisions.actions.sittings.room import Stage, refusal
from decisions.models import AgendaEntry, SittingSeat, SpeakingTurn, Statement, StatementCheck
from decisions.selectors import sittings as read
from permissions import versions
from permissions.access import fetch
from permissions.errors import Denied, Invalid, WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock


@action
def hand_raise(*, actor: User, entry_id: int, seat_id: int) -> SpeakingTurn:
    """Ask for the floor: the person, or the desk for them; those in attendance too (R17). Asking twice is asking once."""
    entry = lock_entry(actor, "statement_record", entry_id)
    seat = seat_of(entry.sitting, seat_id, actor)
    require_stage(entry, {Stage.SPEAKING})
    _require_here(entry, seat)
    turn = SpeakingTurn.objects.filter(entry=entry, seat=seat, ended_at__isnull=True).first()
    if turn is not None:
        return turn
    turn = SpeakingTurn.objects.create(entry=entry, seat=seat, asked_at=clock.now())
    log_entry(entry, actor, "hand_raise", seat, position=seat.position)
    return turn


@action
def hand_lower(*, actor: User, entry_id: int, seat_id: int) -> AgendaEntry:
    """Take the hand down, or give the floor back without a statement. Without either it changes nothing."""
    entry = lock_entry(actor, "statement_record", entry_id)
    seat = seat_of(entry.sitting, seat_id, actor)
    require_stage(entry, {Stage.SPEAKING})
    if SpeakingTurn.objects.filter(entry=entry, seat=seat, ended_at__isnull=True).exists():
        turn_end(entry, seat)
        log_entry(entry, actor, "hand_lower", seat, position=seat.position)
    return entry


@action
def speaker_call(*, actor: User, entry_id: int, seat_id: int | None = None) -> AgendaEntry:
    """Give a seat the floor, and start its time; without `seat_id` whoever is next by the rules. Principals come last (R20)."""
    entry = lock_entry(actor, "speaker_call", entry_id)
    require_stage(entry, {Stage.SPEAKING})
    seats = read.seats_of(entry.sitting)
    roster, heard = read.roster_of(entry, seats), read.heard(entry)
    seat = _next(entry, seats, roster, heard) if seat_id is None else seat_of(entry.sitting, seat_id, actor)
    if seat is None:
        raise WrongState(_("到会成员都已表明态度，可以开始表决。"), code="all_heard")
    _require_turn(entry, seat, roster, heard)
    if entry.speaker_id == seat.pk:
        return entry
    now = clock.now()
    turns = SpeakingTurn.objects.filter(entry=entry, ended_at__isnull=True)
    turns.filter(started_at__isnull=False).update(ended_at=now)
    turn = turns.filter(seat=seat, started_at__isnull=True).first() or SpeakingTurn(
        entry=entry, seat=seat, asked_at=now
    )
    turn.started_at, turn.limit = now, entry.frozen_rules.speaking_seconds
    turn.save()
    entry.speaker = seat
    versions.save_apart(entry, ["speaker"])
    log_entry(entry, actor, "speaker_call", seat, position=seat.position, limit=turn.limit)
    return entry


def _next(
    entry: AgendaEntry, seats: list[SittingSeat], roster: rules.Roster, heard: Collection[int]
) -> SittingSeat | None:
    numbers = entry.frozen_rules
    hands = SpeakingTurn.objects.filter(entry=entry, started_at__isnull=True, ended_at__isnull=True)
    found = rules.next_speaker(
        roster,
        heard,
        hands=list(hands.values_list("seat_id", flat=True)),
        current=entry.speaker_id,
        principal_last=numbers.principal_last,
        principal_order=numbers.principal_order,
    )
    return next((seat for seat in seats if seat.pk == found), None)


@action
def statement_record(*, actor: User, entry_id: int, seat_id: int, stance: str = "", words: str = "") -> Statement:
    """Record what a seat says and its view: by the person, or by the desk for them. Spoken again, the last view counts.

    `stance` is one of `Statement.Stance`; those without a vote leave it empty and say something (R17). The principal is
    last (R20). The same words and view sent twice are one statement. Raises `Invalid`, `Denied`, `WrongState`.
    """
    entry = lock_entry(actor, "statement_record", entry_id)
    seat = seat_of(entry.sitting, seat_id, actor)
    require_stage(entry, {Stage.SPEAKING})
    words = spoken(words, "speech")
    _check_statement(seat, stance, words)
    roster, heard = read.roster_of(entry, read.seats_of(entry.sitting)), read.heard(entry)
    _require_turn(entry, seat, roster, heard)
    last = Statement.objects.filter(entry=entry, seat=seat).order_by("-order").first()
    if last is not None and (last.stance, last.words) == (stance, words):
        return last
    order = Statement.objects.filter(entry=entry).aggregate(last=Max("order"))["last"] or 0
    statement = Statement.objects.create(
        entry=entry,
        seat=seat,
        order=order + 1,
        stance=stance,
        words=words,
        recorded_by=actor,
        at=clock.now(),
    )
    turn_end(entry, seat)
    log_entry(
        entry,
        actor,
        "statement_record",
        statement,
        seat=seat.pk,
        position=seat.position,
        stance=stance,
        words=words,
    )
    return statement


@action
def statement_check(*, actor: User, statement_id: int, words: str | None = None) -> StatementCheck:
    """The speaker's own word on what the desk wrote down: right as it stands, or (`words`) what was said instead.

    Only the person, while the sitting is not closed. The statement itself stays as it was; a view is changed by speaking
    again before the vote. The same word twice is one. Raises `Denied`, `WrongState`, `Invalid`.
    """
    statement = fetch(Statement, actor, "statement_check", statement_id)
    entry = lock_entry(actor, "statement_record", statement.entry_id)
    if statement.recorded_by_id == statement.seat.user_id:
        raise WrongState(_("这条发言由您本人提交，不需要确认。需要补充时，请再次发言。"), code="own_words")
    said = "" if words is None else spoken(words, "speech")
    if words is not None and not said:
        raise Invalid(_("请填写更正后的发言。"), code="no_words", fields={"speech": _("请填写更正后的发言。")})
    kind = StatementCheck.Kind.CONFIRMED if words is None or said == statement.words else StatementCheck.Kind.CORRECTED
    said = said if kind == StatementCheck.Kind.CORRECTED else ""
    known = statement.checks.last()
    if known is not None and (known.kind, known.words) == (kind, said):
        return known
    check = StatementCheck.objects.create(statement=statement, kind=kind, words=said, by=actor, at=clock.now())
    log_entry(
        entry,
        actor,
        "statement_check",
        statement,
        position=statement.seat.position,
        kind=kind.value,
        old=statement.words,
        new=said or statement.words,
    )
    return check


def _check_statement(seat: SittingSeat, stance: str, words: str) -> None:
    if seat.voting and stance not in Statement.Stance.values:
        raise Invalid(
            _("请表明态度后再提交。"), code="no_stance", fields={"stance": _("请选择同意、不同意、缓议或放弃发言。")}
        )
    if not seat.voting and stance:
        raise Invalid(_("列席人员可以发言，不表明态度。"), code="stance_without_vote", fields={"stance": _("请留空。")})
    if not seat.voting and not words:
        raise Invalid(_("请填写发言内容。"), code="no_words", fields={"speech": _("请填写发言内容。")})


def _require_here(entry: AgendaEntry, seat: SittingSeat) -> None:
    roster = read.roster_of(entry, read.seats_of(entry.sitting))
    answer = rules.may_speak(seat.pk, roster, (), principal_last=False)
    if not answer:
        raise _told(answer, seat, entry)


def _require_turn(entry: AgendaEntry, seat: SittingSeat, roster: rules.Roster, heard: Collection[int]) -> None:
    numbers = entry.frozen_rules
    answer = rules.may_speak(
        seat.pk,
        roster,
        heard,
        principal_last=numbers.principal_last,
        principal_order=numbers.principal_order,
    )
    if not answer:
        raise _told(answer, seat, entry)


def _told(answer: rules.Answer, seat: SittingSeat, entry: AgendaEntry) -> Denied | WrongState:
    if answer.why is rules.Why.ABSENT and seat.pk in read.barred_seats(entry, read.seats_of(entry.sitting)):
        return Denied(
            _("按规则，兼任两席的成员只在一个班子发言和表决，%(seat)s这一席不计（R43）。") % {"seat": seat.label},
            code="second_seat",
        )
    return refusal(answer, seat)
