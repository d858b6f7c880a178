"""Samples of decisions: tried from the file, and what fails keeps a version from being published."""

from __future__ import annotations

from dataclasses import replace

import pytest

from permissions.errors import Invalid
from tests.workflows.dmn.files import decision, dmn, table
from workflows import actions
from workflows import dmn as decisions
from workflows.dmn import Tried
from workflows.dmn.editing import SampleRow, read_grid, write_grid
from workflows.models import VersionStatus

RULES = [["< 50", '"town"'], [">= 50", '"joint"']]


def with_samples(*samples: SampleRow, text: str = "", owner: str = "d1") -> str:
    text = text or dmn(decision("d1", table(RULES))).decode()
    return write_grid(text, owner, replace(read_grid(text, owner), samples=samples))


def tried(*samples: SampleRow, text: str = "") -> tuple[Tried, ...]:
    return decisions.try_samples(decisions.read(with_samples(*samples, text=text)))


def of(amount: str, *expected: str) -> SampleRow:
    return SampleRow(f"{amount} 万", (("amount", amount),), expected)


def test_a_sample_passes_where_all_is_as_expected_and_tells_the_rule() -> None:
    small, large = tried(of("3", '"town"'), of("80", "joint"))
    assert small.passed and large.passed
    assert (small.rules, large.rules) == ((1,), (2,))


def test_a_sample_fails_with_what_came_out_instead() -> None:
    (one,) = tried(of("80", '"town"'))
    assert not one.passed
    assert (one.missed[0].output, one.missed[0].expected, one.missed[0].found) == ("route", '"town"', "joint")


def test_nothing_expected_is_not_looked_at_and_null_is() -> None:
    anything, nothing, something = tried(of("80", ""), of("", "null"), of("80", "null"))
    assert anything.passed and nothing.passed and not something.passed


def test_a_sample_without_result_says_why() -> None:
    text = dmn(decision("d1", table([["> 1", "1"], ["> 2", "2"]]))).decode()
    (one,) = tried(of("7", "1"), text=text)
    assert one.error is not None and one.error.code == "not_unique"
    problem = decisions.failures(decisions.read(with_samples(of("7", "1"), text=text)))[0]
    assert "第 1, 2 条同时成立" in problem.text("zh-hans")
    assert "rules 1, 2" in problem.text("en")


def test_where_rules_are_listed_a_list_is_expected_and_sums_are_sums() -> None:
    rules = [["> 1", "10"], ["> 2", "20"]]
    listed = dmn(decision("d1", table(rules, policy="RULE ORDER"))).decode()
    assert [one.passed for one in tried(of("7", "[10, 20]"), of("7", "30"), text=listed)] == [True, False]
    summed = dmn(decision("d1", table(rules, policy="COLLECT", aggregation="SUM"))).decode()
    assert [one.passed for one in tried(of("7", "[10, 20]"), of("7", "30"), text=summed)] == [False, True]


def test_every_output_is_compared_and_an_unknown_one_fails() -> None:
    text = dmn(decision("d1", table([["-", "1", "true"]], outputs=("by", "law")))).decode()
    assert [one.passed for one in tried(of("1", "1", "true"), of("1", "1", "false"), text=text)] == [True, False]
    written = with_samples(of("1", "1", "true"), text=text).replace(
        '<sangong:expected name="law">', '<sangong:expected name="low">'
    )
    (one,) = decisions.try_samples(decisions.read(written))
    assert [missed.output for missed in one.missed] == ["low"]


def test_samples_together_take_no_more_than_their_share() -> None:
    long = "count(for i in 1..20000 return i) + 1"
    text = dmn(decision("d1", table([["-", long]]))).decode()
    found = decisions.try_samples(decisions.read(with_samples(*(of(str(n), "") for n in range(201)), text=text)))
    assert found[0].passed
    assert found[-1].error is not None and found[-1].error.code == "too_much_work"


@pytest.mark.django_db
def test_a_draft_with_a_failing_sample_is_kept_and_not_published() -> None:
    xml = with_samples(of("3", '"town"'), of("80", '"town"')).encode()
    version = actions.definition_save(actor=None, key="grade", name="", xml=xml)
    with pytest.raises(Invalid) as refused:
        actions.definition_publish(actor=None, version_id=version.pk)
    assert [problem["code"] for problem in refused.value.data["problems"]] == ["sample_failed"]
    assert "样例“80 万”没有通过" in refused.value.data["problems"][0]["text"]
    version.refresh_from_db()
    assert version.status == VersionStatus.DRAFT
    mended = with_samples(of("3", '"town"'), of("80", '"joint"')).encode()
    version = actions.definition_save(actor=None, key="grade", name="", xml=mended)
    assert actions.definition_publish(actor=None, version_id=version.pk).status == VersionStatus.PUBLISHED
