"""The pages of a migration: comparing, mapping, trying, starting, following, undoing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from permissions.models import AuditEvent, User
from tests.cast import Cast
from tests.workflows.conftest import task_at
from tests.workflows.moving.conftest import House
from tests.workflows.moving.diagrams import ONE, OTHER, TWO
from workflows import actions, tasks
from workflows.models import Case, Migration, MoveOutcome

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def text(answer: object) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())  # type: ignore[attr-defined]


def work() -> None:
    """Do what waits for the worker."""
    for job in ProcrastinateJob.objects.filter(task_name__in=("workflows.migrate_cases", "workflows.undo_cases")):
        getattr(tasks, job.task_name.removeprefix("workflows."))(**job.args)
        ProcrastinateJob.objects.filter(pk=job.pk).delete()


@pytest.fixture
def here(house: Callable) -> House:
    return house(ONE, OTHER)


def address(here: House) -> str:
    return reverse("flow_migrate", args=[here.new.pk])


def test_the_page_of_a_flow_offers_it_while_older_cases_run(here: House, client_of: ClientOf) -> None:
    flow = reverse("flow", args=["small"])
    assert address(here) not in text(client_of(here.cast.admin).get(flow))
    here.start()
    page = text(client_of(here.cast.admin).get(flow))
    assert address(here) in page
    assert "其他版本上还有 1 件在办" in page
    assert address(here) in text(client_of(here.cast.designer).get(flow))
    assert address(here) not in text(client_of(here.cast.town_chair).get(flow))


def test_it_says_what_differs_which_step_is_open_and_why_a_case_stays(here: House, client_of: ClientOf) -> None:
    case = here.start(title="盘活方案")
    page = text(client_of(here.cast.admin).get(address(here)))
    for words in (
        "0 件可以迁移，1 件现在不能",
        "增加用户任务“复核”",
        "去掉用户任务“秘书核对”",
        "新版里没有同代号或同名的环节",
        "盘活方案",
        f"#{case.pk}",
        "流程停在“秘书核对”，还没有指定它在新版中对应的环节",
    ):
        assert words in page
    assert 'aria-disabled="true" aria-describedby="why-not">开始迁移' in page


def test_a_mapping_is_tried_and_the_case_moves_and_goes_back(here: House, client_of: ClientOf) -> None:
    case = here.start()
    client = client_of(here.cast.admin)
    given = {"from": here.old.pk, "map.check": "review", "which": "all", "reason": "新版改了核对"}
    tried = text(client.post(address(here), {**given, "do": "try"}))
    assert "1 件可以迁移，0 件现在不能" in tried
    assert "待办按新版更新：环节、名称" in tried
    assert not Migration.objects.exists()
    answer = client.post(address(here), {**given, "do": "start"})
    migration = Migration.objects.get()
    page = reverse("migration", args=[migration.pk])
    assert (answer.status_code, answer["Location"]) == (302, page)
    waiting = text(client.get(page))
    assert "已处理 0 件，共 1 件" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    assert "HX-Refresh" not in client.get(page, headers={"HX-Request": "true"}).headers
    work()
    assert client.get(page, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    done = text(client.get(page))
    assert "已迁移 1 件，不能迁移 0 件" in done
    assert "hx-trigger" not in done
    assert Case.objects.get(pk=case.pk).version == here.new
    undo = reverse("migration_undo", args=[migration.pk])
    assert "撤销这次迁移" in text(client.get(undo))
    assert "正在撤销" in text(client.post(undo, follow=True))
    work()
    assert "已撤销 1 件" in text(client.get(page))
    assert Case.objects.get(pk=case.pk).version == here.old


def test_only_the_ticked_cases_move_and_ticks_outlast_turning_pages(
    house: Callable, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.views.moving.PER_PAGE", 2)
    here = house(ONE, TWO)
    cases = [here.start() for _each in range(3)]
    client = client_of(here.cast.admin)
    given = {"from": here.old.pk, "which": "chosen", "reason": "x"}
    second = text(client.post(address(here), {**given, "do": "page:2", "case": [cases[0].pk]}))
    assert f'<input type="hidden" name="case" value="{cases[0].pk}">' in second
    assert "第 2 页，共 2 页" in second
    client.post(address(here), {**given, "do": "start", "case": [cases[0].pk, cases[2].pk]})
    assert list(Migration.objects.get().cases.values_list("case_id", flat=True)) == [cases[0].pk, cases[2].pk]


def test_a_case_number_that_is_none_chooses_nothing_and_undoes_nothing(here: House, client_of: ClientOf) -> None:
    case = here.start()
    client = client_of(here.cast.admin)
    odd = ["²", "9" * 5000, "-1", "x"]
    answer = client.post(address(here), {"from": here.old.pk, "do": "try", "which": "chosen", "case": odd})
    assert answer.status_code == 200
    migration = here.migrate({"check": "review"})
    undo = reverse("migration_undo", args=[migration.pk])
    for number in odd:
        assert client.get(undo, {"case": number}).status_code == 404
        assert client.post(undo, {"case": number}).status_code == 404, "one that is not there is not all of them"
    assert migration.cases.get(case=case.pk).outcome == "moved"
    assert not AuditEvent.objects.filter(verb="migration_undo").exists()


def test_without_a_reason_nothing_starts_and_what_was_chosen_stays(here: House, client_of: ClientOf) -> None:
    here.start()
    answer = client_of(here.cast.admin).post(
        address(here), {"from": here.old.pk, "map.check": "review", "do": "start", "reason": ""}
    )
    assert answer.status_code == 422
    assert "请写明迁移的原因" in text(answer)
    assert '<option value="review" selected>' in text(answer)
    assert not Migration.objects.exists()


def test_a_mapping_made_up_is_refused_with_a_fresh_dry_run(here: House, client_of: ClientOf) -> None:
    here.start()
    answer = client_of(here.cast.admin).post(
        address(here), {"from": here.old.pk, "map.check": "nowhere", "do": "start", "reason": "x"}
    )
    assert answer.status_code == 422
    assert "流程图上没有的环节" in text(answer)


def test_where_no_older_case_runs_it_says_so(here: House, client_of: ClientOf) -> None:
    assert "没有要迁移的流程" in text(client_of(here.cast.admin).get(address(here)))


def test_a_designer_may_look_and_not_start(here: House, client_of: ClientOf) -> None:
    here.start()
    client = client_of(here.cast.designer)
    page = text(client.post(address(here), {"from": here.old.pk, "map.check": "review", "do": "try"}))
    assert "系统管理员" in page
    assert 'name="do" value="start"' not in page
    given = {"from": here.old.pk, "map.check": "review", "do": "start", "reason": "x"}
    assert client.post(address(here), given).status_code == 403
    assert not Migration.objects.exists()


def test_members_and_strangers_see_none_of_it(here: House, client_of: ClientOf, cast: Cast) -> None:
    here.start()
    migration = here.decide({"check": "review"})
    pages = [address(here), reverse("migration", args=[migration.pk]), reverse("migration_undo", args=[migration.pk])]
    for person in (cast.town_chair, cast.outsider):
        assert [client_of(person).get(page).status_code for page in pages] == [403, 404, 404]
    assert client_of(cast.auditor).get(pages[1]).status_code == 200


def test_titles_are_for_those_who_may_know_them(house: Callable, client_of: ClientOf) -> None:
    here = house(ONE, TWO)
    here.start(title="人事方案", subject="item:4711")
    page = text(client_of(here.cast.designer).get(address(here)))
    assert "人事方案" not in page
    assert "内容不公开" in page


def test_results_can_be_narrowed_and_say_why(house: Callable, client_of: ClientOf) -> None:
    here = house(ONE, OTHER)
    moved, stays = here.start(), here.start()
    actions.task_complete(actor=here.cast.town_secretary, task_id=task_at(moved, "check").pk)
    migration = here.migrate()
    client = client_of(here.cast.admin)
    page = reverse("migration", args=[migration.pk])
    refused = text(client.get(page, {"outcome": MoveOutcome.REFUSED}))
    assert f"#{stays.pk}" in refused
    assert f"#{moved.pk}</span>" not in refused
    assert "还没有指定它在新版中对应的环节" in refused
    assert "没有这种结果的流程" in text(client.get(page, {"outcome": MoveOutcome.UNDONE}))


@pytest.mark.slow
def test_five_hundred_cases_cost_no_more_statements_than_fifty(house: Callable, client_of: ClientOf) -> None:
    here = house(ONE, TWO)
    client = client_of(here.cast.admin)
    counts = []
    for n in (50, 450):
        for _each in range(n):
            here.start()
        with CaptureQueriesContext(
            connection,
        ) as statements:
            assert "第 1 页" in text(client.get(address(here)))
        counts.append(len(statements))
    assert counts[1] <= counts[0] + 2
