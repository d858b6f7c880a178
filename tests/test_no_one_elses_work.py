"""Nobody does another's work: every action of the house, tried as a function by those whose work it is not (N3, N5).

The actions are found, not listed: a new one is tried from the day it stands in the code. What they are given are objects that are
really there, at a moment when each of the acts is possible for whoever may. That addresses refuse the same is what
tests/test_permissions_page.py walks.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from types import ModuleType
from typing import Any, get_type_hints

import pytest
from django.utils import timezone

import decisions.actions
import permissions.actions
import workflows.actions
from decisions import reach
from decisions.models import AgendaEntry, Item
from permissions.errors import ApplicationError, Denied, Hidden
from permissions.models import User
from tests.cast import Cast
from tests.test_every_address import town_of

Action = Callable[..., Any]

#: Parts of another action or of a view that has asked already: who calls them is no question of theirs.
INNER = {
    "decision_signed": "follows the last signature",
    "minutes_draft": "follows the result",
    "case_migrate_undo": "the worker puts one case back for who undid the migration",
    "case_message": "whoever sends a message is an action of a higher floor that has asked",
    "task_ask": "follows an action of a higher floor that has asked",
    "page_read": "notes what a view has just shown",
    "paper_viewed": "notes what a view has just shown",
    "user_sign_in": "notes what the door has just let in",
    "user_sign_out": "notes who leaves",
    "record_file_remove": "takes off what one has stored oneself; anybody else's is not found",
    "record_notice_read": "reads what one was told oneself; anybody else's is not found",
    "confirm_fail": "notes a wrong answer to the question who sits there",
}
HOUSE = ("account", "designer", "observer", "legal", "town.member", "town.chair", "town.secretary", "town.proposer")
ADMINISTRATORS = ("admin", "security", "auditor")
#: Of which package, who tries.
TRIED: Mapping[str, tuple[str, ...]] = {
    "permissions.actions": (*HOUSE, *ADMINISTRATORS),
    "workflows.actions": ("account", *ADMINISTRATORS, "designer", "observer", "legal", "town.member"),
    "decisions.actions": ("account", *ADMINISTRATORS, "designer"),
}
#: What of it is theirs.
ADMIN = {
    *("user_add", "user_edit", "user_deactivate", "user_reactivate", "password_issue", "body_edit"),
    *("identity_link", "identity_unlink"),
    *("case_suspend", "case_resume", "case_cancel", "case_jump", "variables_set", "message_send", "signal_send"),
    *("incident_retry", "incident_resolve", "migration_start", "migration_undo"),
    *("task_send_back", "instance_add", "instance_remove", "activity_enable"),
}
SECURITY = {
    *("sign_in_release", "role_grant", "role_revoke", "seat_add", "seat_edit", "seat_assign", "seat_end"),
    *("session_end", "sessions_end", "sign_in_unlock", "factor_reset"),
    *("substitution_give", "substitution_end", "separation_rule_set"),
}
MAY: Mapping[str, set[str]] = {
    "admin": ADMIN,
    "security": SECURITY,
    "auditor": {"log_export", "archive_note", "pack_export"},
    # Whose work is done by another may end that.
    "town.secretary": {"substitution_end"},
    "designer": {"definition_save", "definition_publish", "definition_retire", "definition_import"}
    | {"drawing_begin", "drawing_keep", "drawing_save", "drawing_drop"}
    | {"release_ask", "release_approve", "release_refuse", "release_withdraw"}
    | {"flow_test_record", "flow_test_remove", "simulation_start", "simulation_stop"}
    | {"pack_install", "pack_switch", "pack_remove", "pack_change", "pack_begin", "pack_export"}
    | {"calendar_day_set", "calendar_day_clear", "calendar_year_announce"},
}
#: Whoever has an account may.
ANYBODY = {"case_start", "case_start_by_hand"}
#: A pack whose records the chairs register and nobody who tries here may know of.
PACK = {
    "pack.toml": 'key = "files"\nname = "案卷"\nversion = "1"\n',
    "records/file.toml": """
key = "file"
name = "案卷"
title = "number"
access = { create = ["chair"] }
field = [{ key = "about", type = "text", label = "内容" }, { key = "papers", type = "file", label = "材料" }]
state = [{ key = "open", label = "在办" }]
""",
}


def actions_of(package: ModuleType) -> Iterator[tuple[str, Action]]:
    """Every action of a package that somebody does, by name."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        for name, function in vars(importlib.import_module(module.name)).items():
            ours = inspect.isfunction(function) and function.__module__ == module.name and not name.startswith("_")
            if ours and hasattr(function, "__wrapped__") and "actor" in inspect.signature(function).parameters:
                yield name, function


def known(cast: Cast, town: dict[str, Any]) -> dict[str, Any]:
    """What there is to do it to, by the name of the argument; `<package>.<argument>` or `<action>.<argument>` where it differs."""
    after = town["split"][0]
    pack = workflows.actions.pack_install(actor=cast.designer, files=PACK)
    workflows.actions.pack_switch(actor=cast.designer, pack_id=pack.pk, on=True)
    kind = pack.kinds.get()
    record = workflows.actions.record_create(actor=cast.town_chair, kind_id=kind.pk, answers={"about": "一"})
    entry, seat = town["recusal"]
    of_decided = ("ratification_settle", "evaluation_open", "evaluation_assign", "milestone_finish", "milestone_move",
                  "execution_accept", "publication_publish", "publication_exempt", "superior_report_send",
                  "reconsideration_ask", "reconsideration_support", "reconsideration_withdraw", "execution_suspend",
                  "suspension_lift", "item_revise", "split_choose", "execution_report", "execution_claim")  # fmt: skip
    return {
        "item_id": town["item"][0], **{f"{name}.item_id": after for name in of_decided},
        "item": Item.objects.get(pk=town["item"][0]), "entry": AgendaEntry.objects.get(pk=entry),
        "plan_id": town["plan_withdraw"][1], "comment_id": town["comment_settle"][1],
        "comment_answer.comment_id": 1, "suggestion_id": town["suggestion"][1], "contest_id": town["contest_withdraw"][1],
        "material_id": town["material"][1], "opinion_id": town["opinion_answer"][1], "request_id": 1,
        "milestone_id": town["milestone"][1], "report_id": town["superior_report"][1],
        "evaluation_id": town["evaluation_give"][1], "evaluator_id": cast.zone_member.pk,
        "emergency_id": town["emergency"][0], "sitting_id": town["sitting"][0], "entry_id": entry,
        "ballot_id": town["ballot"][0], "statement_id": town["statement_check"][0], "recusal_id": town["recusal_rule"][0],
        "amendment_id": town["amendment_withdraw"][0], "guest_id": town["guest"][0], "minutes_id": town["minutes"][0],
        "change_id": town["setting_change"][0], "agenda_change_decide.change_id": town["agenda_decide"][0],
        "seat_id": seat, "permissions.seat_id": town["seat_edit"][0], "host_id": town["seat_edit"][0],
        "body_id": cast.town.pk, "user_id": cast.town_member.pk, "factor_id": 1, "task_id": town["step"][0],
        "case_id": town["case"][0], "incident_id": town["incident"][0], "version_id": town["flow_publish"][0],
        "from_version_id": town["flow_migrate"][0], "to_version_id": town["flow_migrate"][0],
        "migration_id": town["migration"][0], "substitution_id": town["substitution"][0], "substitute_id": cast.zone_member.pk,
        "holder_id": cast.town_secretary.pk, "user": cast.town_member, "key": "legal", "body": "town",
        "kind": "project", "definition": "joint_decision", "xml": b"<x/>",
        **{f"drawing_{act}.xml": "<x/>" for act in ("begin", "keep", "save")}, "drawing_id": 1, "file_id": town["step_file"][0],
        "pack_id": pack.pk, "kind_id": kind.pk, "record_id": record.pk,
        "release_id": town["release"][0], "test_id": 1, "simulation_id": 1, "scenario": None, "document_hash": "0" * 64,
    }  # fmt: skip


def filled(name: str, function: Action, there: dict[str, Any]) -> dict[str, Any]:
    """The arguments an action needs, whatever they are worth: who may is asked before."""
    package = function.__module__.partition(".")[0]
    hints = get_type_hints(inspect.unwrap(function))
    found = {}
    for argument, parameter in inspect.signature(function).parameters.items():
        if argument == "actor" or parameter.kind is not parameter.KEYWORD_ONLY:
            continue
        names = (f"{name}.{argument}", f"{package}.{argument}", argument)
        value = next((there[one] for one in names if one in there), inspect.Parameter.empty)
        if value is not inspect.Parameter.empty:
            found[argument] = value
        elif parameter.default is parameter.empty:
            assert not argument.endswith("_id"), f"{name}: say in known() what {argument} is"
            found[argument] = worth(hints[argument])
    return found


def worth(hint: Any) -> Any:
    """Any value of this type."""
    said = str(hint)
    if "datetime.datetime" in said or hint is datetime:
        return timezone.now() + timedelta(days=1)
    if "datetime.date" in said or hint is date:
        return timezone.localdate() + timedelta(days=30)
    if "Mapping" in said or "dict" in said:
        return {}
    if any(word in said for word in ("Sequence", "Collection", "Iterable")):
        return []
    if "None" in said:
        return None
    return {str: "说明", int: 1, bool: True}[hint]


def person(cast: Cast, who: str) -> User:
    username = reach.COLUMNS[who].username
    return cast[username] if username else cast.outsider


@pytest.mark.parametrize("package", [permissions.actions, workflows.actions, decisions.actions])
def test_n5_no_action_is_done_by_anybody_whose_work_it_is_not(cast: Cast, package: ModuleType) -> None:
    there = known(cast, town_of(cast))
    who = TRIED[package.__name__]
    if package is permissions.actions:
        # Whose account it is does with it what is everybody's own; the others try.
        there["user_id"] = cast.zone_member.pk
    let_in = []
    for name, function in actions_of(package):
        if name in INNER or name in ANYBODY:
            continue
        given = filled(name, function, there)
        for one in who:
            if name in MAY.get(one, set()):
                continue
            try:
                function(actor=person(cast, one), **given)
            except (Denied, Hidden):
                continue
            except ApplicationError as error:
                let_in.append(f"{name}: {one} is told {type(error).__name__} {error.message}")
            else:
                let_in.append(f"{name}: {one} did it")
    assert let_in == [], "\n".join(let_in)
