"""The figures of a version: how long steps waited and took, what was late, what was sent back, and whose cases they tell of."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from permissions.models import RoleGrant, Seat, User
from tests.cast import Cast, hold
from tests.workflows.conftest import task_at
from tests.workflows.diagrams import SECRETARY_THEN_CHAIR
from workflows import actions, clock
from workflows.models import Case, CaseTask, DefinitionVersion
from workflows.watching.asked import Asked, cases_seen, cases_told
from workflows.watching.figures import StepFigures, figures
from workflows.watching.heat import LEVELS, heat_map, level_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = timezone.now()
ClientOf = Callable[[User], Client]


@pytest.fixture
def version(cast: Cast, publish: Callable[..., DefinitionVersion]) -> DefinitionVersion:
    """Four cases begun ten days ago: the secretary takes each after 1, 2, 3 and 10 hours and has it done an hour later; the
    chair, who takes nothing first, signs the first a day after, and sends the second back. The third and fourth wait for the
    chair, the fourth beyond its deadline. The fourth came from the zone.
    """
    made = publish(SECRETARY_THEN_CHAIR)
    began = NOW - 10 * DAY
    for number, hours in enumerate((1, 2, 3, 10)):
        with clock.at(began):
            by = cast.zone_proposer if number == 3 else cast.town_proposer
            case = actions.case_start(actor=by, definition="small", title=f"第{number + 1}件")
        with clock.at(began + hours * HOUR):
            actions.task_claim(actor=cast.town_secretary, task_id=task_at(case, "check").pk)
        with clock.at(began + (hours + 1) * HOUR):
            actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "check").pk)
        with clock.at(began + (hours + 1) * HOUR + DAY):
            if number == 0:
                actions.task_complete(actor=cast.town_chair, task_id=task_at(case, "sign").pk)
            if number == 1:
                task = task_at(case, "sign")
                actions.task_send_back(actor=cast.admin, task_id=task.pk, to="check", reason="缺附件")
            if number == 3:
                CaseTask.objects.filter(process=case, node="sign").update(due=NOW - DAY)
    return made


def steps(user: User, version: DefinitionVersion, asked: Asked | None = None) -> dict[str, StepFigures]:
    from workflows import compiled

    process = compiled.of_version(version.pk, version.sha256).process
    return {row.node: row for row in figures(cases_told(user, version, asked or Asked()), process)}


@pytest.mark.django_db
def test_waiting_ends_where_somebody_takes_the_step_and_work_begins_there(
    cast: Cast, version: DefinitionVersion
) -> None:
    found = steps(cast.designer, version)
    check, sign = found["check"], found["sign"]
    assert (check.count, check.cases, check.open, check.done, check.overdue) == (5, 4, 1, 4, 0)
    assert (check.waiting, check.working, check.working_most) == (2.5 * HOUR, HOUR, HOUR)
    # Between the third and the fourth of 1, 2, 3 and 10 hours, seven tenths of the way.
    assert check.waiting_most == 7.9 * HOUR
    assert (sign.count, sign.open, sign.done, sign.overdue) == (4, 2, 1, 1)
    assert (sign.waiting, sign.working) == (DAY, None), "who takes nothing first has only waited"
    assert (sign.left, sign.returned, check.left, check.returned) == (1, 0, 0, 1)


@pytest.mark.django_db
def test_a_period_and_a_body_choose_the_cases(cast: Cast, version: DefinitionVersion) -> None:
    began = timezone.localdate(NOW - 10 * DAY)
    counts = {
        name: steps(cast.designer, version, asked)["check"].cases
        for name, asked in {
            "that day": Asked(since=began, until=began),
            "after": Asked(since=began + DAY),
            "before": Asked(until=began - DAY),
            "town": Asked(body=cast.town),
            "zone": Asked(body=cast.zone),
        }.items()
    }
    assert counts == {"that day": 4, "after": 0, "before": 0, "town": 3, "zone": 1}
    # Who belonged to a body then goes on counting for it, whatever they are now; who has joined since does not.
    for grant in RoleGrant.objects.filter(user=cast.zone_proposer):
        RoleGrant.objects.filter(pk=grant.pk).update(ended_at=NOW, ended_by=cast.admin, ended_reason="调离")
    Seat.objects.filter(user=cast.zone_proposer).update(ends_on=timezone.localdate(NOW - DAY))
    hold(cast.zone_proposer, "town:proposer", since=timezone.localdate(NOW))
    assert steps(cast.designer, version, Asked(body=cast.zone))["check"].cases == 1
    assert steps(cast.designer, version, Asked(body=cast.town))["check"].cases == 3


@pytest.mark.django_db
def test_figures_are_of_the_cases_a_reader_may_see_and_only_designers_and_auditors_are_told_all(
    cast: Cast, client_of: ClientOf, version: DefinitionVersion
) -> None:
    told = {user.username: steps(user, version)["check"].cases for user in (cast.zone_proposer, cast.outsider)}
    assert list(told.values()) == [1, 0]
    assert [steps(user, version)["check"].cases for user in (cast.designer, cast.auditor, cast.admin)] == [4, 4, 4]
    # What a designer reads figures of is no case of theirs.
    assert cases_seen(cast.designer, version, Asked()).count() == 0
    address = reverse("flow_watch_cases", args=[version.pk])
    for user, title, seen in ((cast.designer, "第2件", False), (cast.auditor, "第2件", True)):
        page = client_of(user).get(address, {"node": "sign", "which": "left"}).content.decode()
        assert (title in page) is seen
    listed = client_of(cast.town_proposer).get(address, {"node": "check", "which": "open"}).content.decode()
    assert "第2件" in listed and "第1件" not in listed
    late = client_of(cast.zone_proposer).get(address, {"node": "sign", "which": "overdue"}).content.decode()
    assert "第4件" in late
    assert client_of(cast.auditor).get(address, {"node": "nowhere"}).status_code == 404


@pytest.mark.django_db
def test_the_page_and_the_file_show_the_same(cast: Cast, client_of: ClientOf, version: DefinitionVersion) -> None:
    client = client_of(cast.designer)
    page = client.get(reverse("flow_watch", args=[version.pk]), {"by": "overdue", "since": "2026-02-30"})
    assert page.status_code == 200
    assert "等待最久的环节是“书记签发”。" in page.content.decode()
    file = client.get(reverse("flow_watch_file", args=[version.pk]))
    assert "attachment" in file.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[1] == ["check", "秘书核对", "4", "5", "1", "4", "0", "0", "1", "9000", "28440", "3600", "3600"]
    assert rows[2] == ["sign", "书记签发", "4", "4", "2", "1", "1", "1", "0", "86400", "86400", "", ""]
    nothing = client.get(reverse("flow_watch", args=[version.pk]), {"until": "2020-01-01"}).content.decode()
    assert "没有符合条件的事项" in nothing
    assert "还没有" in client_of(cast.outsider).get(reverse("flow_watch", args=[version.pk])).content.decode()


@pytest.mark.django_db
def test_the_statements_do_not_grow_with_the_cases(
    cast: Cast, version: DefinitionVersion, django_assert_num_queries: Callable
) -> None:
    from workflows import compiled

    process = compiled.of_version(version.pk, version.sha256).process
    cases = cases_told(cast.designer, version, Asked())
    with django_assert_num_queries(4):
        figures(cases, process)
    assert Case.objects.count() == 4


@given(most=st.integers(1, 10**15), part=st.fractions(0, 1))
def test_each_level_is_a_fifth_of_the_hottest(most: int, part: object) -> None:
    value = max(1, int(most * part))  # type: ignore[operator]
    level = level_of(value, most)
    assert 1 <= level <= LEVELS
    assert most * (level - 1) < LEVELS * value <= most * level
    assert level_of(most, most) == LEVELS


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6))
def test_the_legend_names_every_colour_that_is_drawn(counts: list[int]) -> None:
    shown = heat_map([StepFigures(f"n{number}", "", overdue=count) for number, count in enumerate(counts)], "overdue")
    ranges = {row.level: range(int(row.least), int(row.most) + 1) for row in shown.legend}
    assert {node: heat.figure for node, heat in shown.heat.items()} == {
        f"n{number}": str(count) for number, count in enumerate(counts) if count
    }
    assert all(int(heat.figure) in ranges[heat.level] for heat in shown.heat.values())
