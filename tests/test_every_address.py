"""Every address of the house, asked for and posted to by a visitor and by somebody with an account and no role.

The addresses are read from the resolver and filled with the ids of objects that are really there, at a moment when each of
the acts would be possible for whoever may do it. A new address is denied to both, or it is named here; one that takes an
argument has to say here what to fill in.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from decisions.actions.after import emergency_open
from decisions.actions.items import wording_contest
from decisions.actions.settings import setting_propose
from decisions.models import (
    AgendaChange,
    AgendaEntry,
    Amendment,
    Evaluation,
    ExecutionTask,
    Guest,
    Item,
    Milestone,
    Minutes,
    Plan,
    Publication,
    Recusal,
    SuperiorReport,
)
from decisions.selectors import settings
from permissions import clock, ids
from permissions.actions import substitution_give
from permissions.models import AuditHead, RoleGrant, Seat, Substitution
from tests.cast import PASSWORD, Cast
from tests.decisions.items.conftest import Hand, configure
from tests.decisions.planning.conftest import Table
from tests.decisions.sittings.conftest import Room
from tests.workflows.packs.test_reading import LIBRARY
from tests.worlds import remembered
from workflows.actions import incident_record
from workflows.actions.packs import pack_install, pack_switch
from workflows.actions.records import record_create
from workflows.models import (
    CaseTask,
    DefinitionVersion,
    FlowTest,
    Migration,
    RecordFile,
    RecordKind,
    Release,
    Simulation,
    StepFile,
)
from workflows.packs import archive

#: what a visitor may see: the way in, pages about the system, and whether it is up
PUBLIC = {
    *("healthz", "security_txt", "set_language", "help", "accessibility", "source", "source_archive"),
    *("login", "second_factor", "passkey_sign_in", "passkey_question"),
    *("openid_connect_login", "openid_connect_callback"),
}
#: there in development only, for nobody else
DEVELOPMENT = {"look"}
#: what an account without a role has: its own pages, lists without anything in them, how the house is made up, and the
#: flows in force
OWN = {
    "account",
    "confirm_identity",
    "factor_list",
    "factor_remove",
    "passkey_add",
    "recovery_codes",
    "session_end",
    "session_list",
    "totp_add",
    "body",
    "body_list",
    "case_list",
    "dissent",
    "emergency_list",
    "flow",
    "flow_start",
    "flow_compare",
    "flow_file",
    "figures",
    "figures_word",
    "flow_list",
    "flow_variant_cases",
    "flow_variants",
    "flow_variants_file",
    "flow_watch",
    "flow_watch_cases",
    "flow_watch_file",
    "home",
    "item_list",
    "log",
    "logout",
    "messages",
    "more",
    "pack",
    "packs",
    "password",
    "record_list",
    "record_new",
    "record_notices",
    "records",
    "separation_list",
    "setting_list",
    "sitting_list",
    "substitution_list",
    "workdays",
    "supervision",
}
#: kept by signing in itself, whoever asks for what
OF_SIGNING_IN = ("permissions_session", "axes_")

#: asked for by the key of a flow, for drawing it
DRAWN = (
    *("flow_editor", "drawing_give_up", "flow_conflict"),
    *("flow_autosave", "flow_save", "flow_check", "flow_feel"),
)

TITLE = "村级道路养护资金安排"


def addresses() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every named address with the names of its arguments. An address without a name is a fault of its own."""

    def walk(
        patterns: list[URLPattern | URLResolver], before: tuple[str, ...]
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        for one in patterns:
            taken = (*before, *one.pattern.converters)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, taken)
            else:
                assert one.name, f"{one.pattern} has no name"
                yield one.name, taken

    yield from walk(get_resolver().url_patterns, ())


NAMES = sorted(addresses())


@pytest.fixture
def town(cast: Cast) -> dict[str, Any]:
    """Address name → its arguments: drafts, items in every stage, a sitting in which both ballots are open, minutes."""
    return town_of(cast)


@remembered
def town_of(cast: Cast) -> dict[str, Any]:
    configure()
    hand, room = Hand(cast), Room(cast, {})
    draft, proposed, confirmed, planned = hand.draft(), hand.submitted(), hand.confirmed(), hand.planned()
    opinion = planned.opinions.model.objects.create(
        item=planned, plan_version=1, by=cast.zone_member, body=cast.zone, text="建议缩短租期。", at=timezone.now()
    )
    material = hand.upload(planned)
    talk = Table(hand, planned)
    comment, suggestion = talk.comment(), talk.suggest(by=cast.zone_member)
    talk.write("租期为十年。", "wording")
    contest = wording_contest(
        actor=cast.town_secretary, item_id=planned.pk, plan_id=talk.plan.pk, version=2, why="改变了起算。"
    )
    alternative = talk.alternative()
    decided = ready(hand)
    entry = room.open(decided)
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    room.decide(entry, "f" * 9, "f" * 7)
    minutes = Minutes.objects.get()
    room = Room(cast, {})
    voting = room.open(ready(hand), ready(hand))
    room.arrive()
    room.begin(voting)
    room.hear(voting)
    ballot = room.ballots(voting)["town"]
    sitting = room.sitting
    waiting = AgendaEntry.objects.get(sitting=sitting, order=2)
    guest = Guest.objects.create(
        entry=waiting, name="李工", position="设计单位", invited_by=cast.town_secretary, at=timezone.now()
    )
    said = voting.statements.get(seat=room.seat("town.congress"))
    report = Recusal.objects.create(
        entry=waiting,
        seat=room.seat("town.arms"),
        way=Recusal.Way.REPORTED,
        reason="亲属",
        declared_by=cast.town_secretary,
        at=timezone.now(),
    )
    plan = waiting.item.plan
    assert plan is not None
    amendment = Amendment.objects.create(
        entry=waiting,
        seat=room.seat("town.arms"),
        order=1,
        plan=plan,
        plan_version=plan.version,
        kind=Plan.Kind.WORDING,
        clause=1,
        old="一",
        new="二",
        by=cast.town_secretary,
        at=timezone.now(),
    )
    preparing = Room(cast, {}).prepare(ready(hand))
    noticed = Room(cast, {})
    noticed.prepare(ready(hand), ready(hand))
    noticed.notice()
    asked = AgendaChange.objects.create(
        sitting=noticed.sitting,
        item=noticed.sitting.entries.get(order=2).item,
        kind="remove",
        reason="材料须补充",
        asked_by=cast.town_secretary,
        asked_at=timezone.now(),
    )
    seat = room.seat("town.congress")
    task = CaseTask.objects.filter(finished=None, process=proposed.case).first()
    assert task is not None
    stored = default_storage.save("steps/paper", ContentFile("依据".encode()))
    told: dict[str, Any] = {
        "task": task,
        "field": "papers",
        "name": "依据.txt",
        "file": stored,
        "size": 6,
        "content_type": "text/plain",
    }
    filled = StepFile.objects.create(**told, sha256="0" * 64, uploaded_by=cast.town_secretary, uploaded=timezone.now())
    incident = incident_record(error=OSError(), task_id=task.pk)
    assert incident is not None
    version = DefinitionVersion.objects.filter(definition__key="joint_decision").latest("number")
    release = Release.objects.create(version=version, asked=timezone.now(), asked_by=cast.designer)
    migration = Migration.objects.create(
        from_version=version, to_version=version, reason="新版", created=timezone.now(), created_by=cast.admin
    )
    flow_test = FlowTest.objects.create(
        definition=version.definition, name="正常通过", begins=timezone.now(), created=timezone.now()
    )
    simulation = Simulation.objects.create(
        version=version, sha256=version.sha256, total=10, asked=timezone.now(), asked_by=cast.designer
    )
    after = followed(cast, decided, room) | mechanisms(cast)
    body, place = cast.town.pk, Seat.objects.filter(body=cast.town).order_by("order").first()
    grant = RoleGrant.objects.get(user=cast.town_member)
    assert place is not None
    values = settings.values_of("matter_type", "project")
    change = setting_propose(
        actor=cast.town_secretary,
        kind="matter_type",
        code="project",
        values=values | {"threshold": "80"},
        base=values,
        reason="物价上涨",
    )
    return {
        "flow_rehearse": [version.pk],
        "flow_table": ["fund_route"],
        "flow_form": ["joint_decision"],
        "flow_simulate": [version.pk],
        "simulation": [simulation.pk],
        "simulation_stop": [simulation.pk],
        "flow_tests": [version.pk],
        "flow_test_remove": [flow_test.pk],
        "setting": ["rule_set", "ordinary"],
        "setting_new": ["rule_set"],
        "setting_edit": ["rule_set", "ordinary"],
        "setting_change": [change.pk],
        "setting_answer": [change.pk, "confirm"],
        "ballot": [ballot.pk],
        "ballot_live": [ballot.pk],
        "openid_connect_login": ["county"],
        "openid_connect_callback": ["county"],
        "factor_remove": [1],
        "person_sign_in": [cast.town_member.pk],
        "person_session_end": [cast.town_member.pk],
        "sign_in_unlock": [cast.town_member.pk],
        "factor_reset": [cast.town_member.pk],
        "identity_link": [cast.town_member.pk],
        "identity_unlink": [cast.town_member.pk],
        "body": [body],
        "body_edit": [body],
        "seat_new": [body],
        "seat_edit": [place.pk],
        "roles_as_of": [cast.legal.pk],
        "separation_rule": ["proposer_confirms"],
        "substitution": [_substitution(cast).pk],
        "seat_assign": [place.pk],
        "seat_end": [place.pk],
        "role_revoke": [grant.pk],
        "user": [cast.town_member.pk],
        "user_role_grant": [cast.town_member.pk],
        "user_edit": [cast.town_member.pk],
        "user_deactivate": [cast.town_member.pk],
        "user_reactivate": [cast.town_member.pk],
        "password_issue": [cast.town_member.pk],
        "sign_in_release": [cast.town_member.pk],
        "task": [task.pk],
        "step": [task.pk],
        "item": [planned.pk],
        "item_edit": [draft.pk],
        "item_withdraw": [proposed.pk],
        "item_confirm": [proposed.pk],
        "item_history": [planned.pk],
        "item_then": [planned.pk],
        "item_versions": [planned.pk],
        "versions": ["decisions.item", planned.pk],
        "audit_item": [planned.pk],
        "audit_archive": [planned.pk],
        "ledger": [planned.pk],
        "ledger_json": [planned.pk],
        "ledger_waive": [planned.pk, 10],
        "item_table": [ready(hand).pk],
        "plan_edit": [confirmed.pk],
        "planning": [planned.pk],
        "plan_new": [planned.pk],
        "plan_compare": [planned.pk],
        "plan_again": [planned.pk],
        "plan": [planned.pk, alternative.pk],
        "plan_edit_other": [planned.pk, alternative.pk],
        "plan_rename": [planned.pk, alternative.pk],
        "plan_withdraw": [planned.pk, alternative.pk],
        "comment_add": [planned.pk, talk.plan.pk],
        "suggest": [planned.pk, talk.plan.pk, talk.clause().id],
        "wording_contest": [planned.pk, talk.plan.pk, 2],
        "contest_withdraw": [planned.pk, contest.pk],
        "comment_settle": [planned.pk, comment.pk],
        "suggestion": [planned.pk, suggestion.pk],
        "suggestion_back": [planned.pk, suggestion.pk],
        "opinions": [planned.pk],
        "opinions_close": [planned.pk],
        "opinion_answer": [planned.pk, opinion.pk],
        "legality": [planned.pk],
        "reviews": [planned.pk],
        "execution": [decided.pk],
        "material_add": [planned.pk],
        "material": [planned.pk, material.pk],
        "material_remove": [planned.pk, material.pk],
        "sitting": [sitting.pk],
        "sitting_room": [sitting.pk],
        "sitting_open": [preparing.pk],
        "sitting_change": [preparing.pk],
        "sitting_cancel": [preparing.pk],
        "notice": [preparing.pk],
        "notice_send": [preparing.pk],
        "agenda_order": [preparing.pk],
        "entry_time": [preparing.pk, AgendaEntry.objects.get(sitting=preparing).pk],
        "agenda_ask": [noticed.sitting.pk],
        "agenda_decide": [asked.pk],
        "readers": [planned.pk],
        "readers_add": [planned.pk],
        "reader_remove": [planned.pk, cast.zone_member.pk],
        "paper_views": [planned.pk],
        "sitting_close": [sitting.pk],
        "entry_add": [preparing.pk],
        "entry_remove": [preparing.pk, AgendaEntry.objects.get(sitting=preparing).pk],
        "attendance": [sitting.pk, seat.pk],
        "statement": [waiting.pk],
        "statement_for": [waiting.pk, seat.pk],
        "recusal": [waiting.pk, seat.pk],
        "entry_defer": [waiting.pk],
        "entry_early": [voting.pk],
        "entry_host": [waiting.pk],
        "entry_election": [waiting.pk],
        "entry_go_on": [waiting.pk],
        "entry_return": [waiting.pk],
        "stricter": [waiting.pk],
        "recusal_report": [waiting.pk],
        "recusal_rule": [report.pk],
        "amendment_new": [waiting.pk],
        "amendment_withdraw": [amendment.pk],
        "guest_new": [waiting.pk],
        "guest": [guest.pk],
        "hand": [waiting.pk, seat.pk, "raise"],
        "statement_check": [said.pk],
        "sitting_adjourn": [sitting.pk],
        "sitting_resume": [sitting.pk],
        "chair_take": [sitting.pk],
        "entry_voting": [voting.pk],
        "ballot_check": [ballot.pk],
        "ballot_slips": [ballot.pk],
        "entry_do": [voting.pk, "close"],
        "minutes": [minutes.pk],
        "minutes_edit": [minutes.pk],
        "sitting_replay": [minutes.entry.sitting_id],
        "sitting_minutes": [minutes.entry.sitting_id],
        "dissent": [],
        "dissent_of_person": [cast.town_member.pk],
        "dissent_of_item": [minutes.entry.item_id],
        "minutes_check": [minutes.pk],
        "minutes_sign": [minutes.pk],
        "flow": [version.definition.key],
        "flow_start": [version.definition.key],
        "flow_file": [version.pk],
        "flow_imported": [version.pk],
        **{name: [version.definition.key] for name in DRAWN},
        "case": [task.process_id],
        "incident": [incident.pk],
        "incident_answer": [incident.pk],
        "incident_try": [incident.pk],
        "case_suspend": [task.process_id],
        "case_begin": [task.process_id],
        "case_resume": [task.process_id],
        "case_cancel": [task.process_id],
        "case_withdraw": [task.process_id],
        "flow_migrate": [version.pk],
        "migration": [migration.pk],
        "migration_undo": [migration.pk],
        "case_jump": [task.process_id],
        "step_file": [task.pk, filled.pk],
        "step_send_back": [task.pk],
        "step_signers": [task.pk],
        "step_unsign": [task.pk],
        "flow_publish": [version.pk],
        "case_live": [task.process_id],
        "flow_variants": [version.pk],
        "flow_variants_file": [version.pk],
        "flow_variant_cases": [version.pk],
        "flow_watch": [version.pk],
        "flow_watch_cases": [version.pk],
        "flow_watch_file": [version.pk],
        "flow_retire": [version.pk],
        "flow_compare": [version.pk],
        "release": [release.pk],
        "log_download": [planned.subject],
        **after,
        "posted": posted(cast, seat.pk, minutes, ready(hand).pk),
    }


def followed(cast: Cast, item: Item, room: Room) -> dict[str, list[int]]:
    """An item with everything that can follow its vote."""
    now, day = timezone.now(), timezone.localdate() + timedelta(days=9)
    execution = ExecutionTask.objects.create(
        item=item, unit="示范区平台公司", due=day, assigned_by=cast.town_secretary, assigned_at=now
    )
    step = Milestone.objects.create(execution=execution, order=1, title="签订合同", due=day)
    Publication.objects.create(item=item, signed_at=now, due=day)
    report = SuperiorReport.objects.create(item=item, kind="decision", owed_at=now, due=day)
    evaluation = Evaluation.objects.create(
        item=item, trigger="complaint", due=day, opened_at=now, evaluator=cast.town_member
    )
    emergency = emergency_open(
        actor=cast.town_secretary,
        title="山洪避险转移",
        matter_type="project",
        happened_at=now - timedelta(hours=1),
        facts="河水漫堤。",
        measures="转移群众。",
        seat_ids=[cast.seat("town.chair").pk, cast.seat("zone.chair").pk],
    )
    of_item = (
        *("split", "superior", "consequence", "publication", "publication_exempt", "carrying_out", "execution_report"),
        *("execution_claim", "execution_accept", "execution_suspend", "suspension_lift", "item_revise"),
        *("reconsideration", "reconsideration_support", "reconsideration_withdraw", "evaluation"),
    )
    of_emergency = ("emergency", "emergency_answer", "emergency_report", "emergency_withdraw")
    return {
        **{name: [item.pk] for name in of_item},
        **{name: [emergency.pk] for name in of_emergency},
        "superior_report": [item.pk, report.pk],
        "milestone": [item.pk, step.pk],
        "milestone_finish": [item.pk, step.pk],
        "evaluation_give": [item.pk, evaluation.pk],
    }


def mechanisms(cast: Cast) -> dict[str, list[Any]]:
    """A pack in use with a record of it that has a file."""
    pack = pack_install(actor=cast.designer, files=archive.read_folder(LIBRARY / "places"))
    pack_switch(actor=cast.designer, pack_id=pack.pk, on=True)
    kind = RecordKind.objects.get(key="village")
    record = record_create(actor=cast.town_secretary, kind_id=kind.pk, answers={"name": "东山村"})
    file = RecordFile.objects.create(
        record=record,
        kind=kind,
        once="walk",
        field="papers",
        name="依据.txt",
        file=default_storage.save("records/paper", ContentFile("依据".encode())),
        size=6,
        content_type="text/plain",
        sha256="0" * 64,
        uploaded_by=cast.town_secretary,
        uploaded=timezone.now(),
        given=timezone.now(),
    )
    of_kind, of_record = ("record_list", "record_new"), ("record", "record_edit", "record_begin")
    return {
        **{name: [kind.key] for name in of_kind},
        **{name: [record.pk] for name in of_record},
        "record_file": [file.pk],
        **{name: [pack.key] for name in ("pack", "pack_switch", "pack_remove", "pack_export", "pack_kind_new")},
        "pack_kind": [pack.key, kind.key],
        "pack_file": [pack.key, "records", kind.key],
    }


def ready(hand: Hand) -> Any:
    """An item that waits to be tabled, with its materials."""
    item = hand.reviewed(title=TITLE)
    hand.prepared(item)
    return item


def posted(cast: Cast, seat: int, minutes: Minutes, item: int) -> dict[str, Any]:
    """What every form of the house would need, in one: nobody is refused for having left something out."""
    return {
        "do": "complete",
        "form": "csv",
        "seat": seat,
        "choice": "for",
        "words": "同意。",
        "stance": "agree",
        "state": "present",
        "opinion": "同意。",
        "document_hash": minutes.document_hash,
        "body": "town",
        "version": minutes.version,
        "text": "改过的正文。",
        "how": "dismiss",
        "reason": "近亲属在承租企业任职。",
        "confirm": "1",
        "item": item,
        "sitting": ids.cover(minutes.entry.sitting_id),
        "title": "新的议题",
        "matter_type": "project",
        "amount": "12",
        "summary": "要点。",
        "submit": "1",
        "co_proposers": cast.zone_member.pk,
        "why": "改变了起算。",
        "accept": "1",
        "clause_title": "范围",
        "clause_body": "全镇。",
        "base_version": 0,
        "kind": "substantive",
        "finish": "1",
        "ok": "yes",
        "plan_version": 1,
        "answer": "adopted",
        "reply": "好。",
        "unit": "示范区平台公司",
        "due": "2027-01-01",
        "note": "按季报告。",
        "on": "2027-01-01",
        "time": "09:00",
        "place": "镇政府三楼会议室",
        "host": 1,
        "name": "洪林镇党委",
        "short": "镇",
        "mark": "square",
        "order": 3,
        "position": "党委委员（统战）",
        "display_name": "镇农业农村办",
        "user": cast.outsider.pk,
        "role": "town:chair",
        "starts_on": "2026-01-01",
        "ends_on": "2026-11-01",
        "voting": "on",
        "key": "joint_decision",
        "language": "zh-hans",
        "theme": "",
        "text_size": "",
        "uid": "3702-0815",
        "username": "outsider",
        "password": "wrong",
        "next": "/",
        "old_password": "wrong",
        "new_password1": PASSWORD + "!",
        "new_password2": PASSWORD + "!",
    }


def _substitution(cast: Cast) -> Substitution:
    """Somebody stands in for a secretary."""
    day = clock.today()
    return substitution_give(
        actor=cast.security,
        substitute_id=cast["town.publicity"].pk,
        holder_id=cast.town_secretary.pk,
        key="town:secretary",
        starts_on=day,
        ends_on=day,
        reason="外出培训",
    )


def filled(town: dict[str, Any]) -> dict[str, Any]:
    """The form filled in, with a file at hand."""
    return {**town["posted"], "file": SimpleUploadedFile("意见.txt", "同意。".encode())}


def fingerprint() -> dict[str, str]:
    """Every table and what is in it, but for what signing in keeps."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(OF_SIGNING_IN):
                continue
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t")
            found[table] = str(cursor.fetchone())
    found["heads"] = str(list(AuditHead.objects.order_by("subject").values_list("subject", "seq", "hash")))
    return found


def changed(before: dict[str, str]) -> list[str]:
    after = fingerprint()
    return [table for table in after if after[table] != before[table]]


def test_every_address_that_takes_an_argument_has_one_here(town: dict[str, Any]) -> None:
    missing = [name for name, taken in NAMES if len(taken) != len(town.get(name, []))]
    assert missing == []
    known = {name for name, _taken in NAMES}
    assert (PUBLIC | OWN | DEVELOPMENT | set(town) - {"posted"}) - known == set()


def test_a_visitor_is_sent_to_the_sign_in_from_every_address_and_changes_nothing(town: dict[str, Any]) -> None:
    before, faults = fingerprint(), []
    for name, _taken in NAMES:
        address = reverse(name, args=town.get(name, []))
        for method in ("get", "post"):
            # A wrong password is written down: tests/permissions/sign_in has that.
            form = {} if name == "login" else filled(town)
            answer = Client().get(address) if method == "get" else Client().post(address, form)
            if name in DEVELOPMENT:
                right = answer.status_code in (404, 405)
            elif name in PUBLIC:
                right = answer.status_code in (200, 302, 405, 422)
            else:
                right = answer.status_code == 302 and answer["Location"].startswith(reverse("login"))
            if not right:
                faults.append(f"{method} {name}: {answer.status_code} {answer.get('Location', '')}")
            content(answer)
    assert faults == []
    assert changed(before) == []


def test_an_account_without_a_role_reaches_nothing_but_its_own_pages_and_changes_nothing(
    cast: Cast, town: dict[str, Any]
) -> None:
    client = Client()
    client.force_login(cast.outsider, backend="django.contrib.auth.backends.ModelBackend")
    before, faults = fingerprint(), []
    for name, _taken in NAMES:
        if name == "logout":  # ends the visit, and is written down
            continue
        address = reverse(name, args=town.get(name, []))
        answers = [client.get(address), client.post(address, {} if name == "login" else filled(town))]
        told = [answer.status_code for answer in answers]
        shown = any(TITLE in content(answer) for answer in answers)
        denied = set(told) <= {403, 404, 405} and set(told) != {405}
        # What everybody may read, not everybody may change.
        open_to_all = told[0] in {200, 302, 405} and told[1] in {200, 302, 403, 405, 422}
        right = open_to_all if name in PUBLIC | OWN else denied
        if not right or shown:
            faults.append(f"{name}: {told}{' shows an item' if shown else ''}")
    assert faults == []
    assert changed(before) == []


def content(answer: Any) -> str:
    """The words of an answer; a file is read to its end, and so closed."""
    return "" if answer.streaming and b"".join(answer) else answer.content.decode()
