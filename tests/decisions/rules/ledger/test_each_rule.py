"""One test per rule, its number in the name: facts in a table, how the rule stands beside them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from decisions.rules import AT_LEAST_HALF, AT_LEAST_TWO_THIRDS, MORE_THAN_HALF, Outcome
from decisions.rules.ledger import JUDGES, Facts, Finding, Gate, Name, State, Waiver, findings
from decisions.rules.ledger.facts import (
    After,
    Agenda,
    Count,
    Division,
    Duty,
    Emergency,
    Entry,
    Matter,
    Moved,
    Need,
    Planning,
    Preparation,
    Present,
    Record,
    Support,
    Votes,
)

HELD, FAILED, WAIVED, NA, OPEN = State.HELD, State.FAILED, State.WAIVED, State.NA, State.OPEN
AT = datetime(2026, 9, 18, 14, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TOWN, ZONE = Name("洪林镇党委", "Town committee"), Name("示范区党组", "Zone party group")
LEAVE = Waiver("党委书记", "情况特殊", "县委〔2026〕3号")
DAY = date(2026, 10, 22)

Case = tuple[Facts, State]


def judge(rule: int, facts: Facts) -> Finding:
    return JUDGES[rule](facts)


def stands(rule: int, *cases: Case) -> None:
    """Every case of the table stands as it says."""
    for number, (facts, state) in enumerate(cases):
        assert judge(rule, facts).state is state, f"R{rule}, case {number}: {judge(rule, facts)}"


def need(rule: int, state: str, blocks: bool = False) -> Need:
    return Need(rule, "legality", state, "合法性审查", "…", blocks)


def prepared(*needs: Need, ready: bool = False, **more: Any) -> Facts:
    return Facts(preparation=Preparation(ready=ready, needs=needs, **more))


def count(**more: Any) -> Count:
    usual = Count(
        ballot=1,
        motion=1,
        body=TOWN,
        code="town",
        methods_allowed=("named",),
        roster=9,
        due=9,
        present=8,
        quorum=5,
        quorum_share=AT_LEAST_HALF,
        share=MORE_THAN_HALF,
        required=5,
        in_favour=6,
        passed=True,
        opened=AT,
    )
    return replace(usual, **more)


def voted(*counts: Count, outcome: Outcome | None = Outcome.PASSED, entry: Entry | None = None, **more: Any) -> Facts:
    both = counts or (
        count(),
        count(ballot=2, body=ZONE, code="zone", roster=7, due=7, present=7, required=4, quorum=4, in_favour=5),
    )
    votes = Votes(motions=(Moved(1, "盘活方案", outcome=outcome),), counts=both, bodies=("town", "zone"))
    end = entry or Entry(stage="announced", announced=AT, outcome=outcome)
    facts = Facts(
        votes=votes, entry=end, agenda=Agenda(entry=1, sitting=1, opened=AT, rules_frozen=True, seats_frozen=16)
    )
    return replace(facts, **more)


def announced(**more: Any) -> Entry:
    return Entry(**{"stage": "announced", "announced": AT, "outcome": Outcome.PASSED} | more)


def test_r1_the_matter_type_has_selected_once_it_is_submitted() -> None:
    stands(1, (Facts(), OPEN), (Facts(matter=Matter(submitted=AT)), HELD))


def test_r2_over_its_limit_nothing_ends_without_a_vote() -> None:
    over = Matter(amount=Decimal("280"), limit=Decimal("50"))
    stands(
        2,
        (Facts(matter=Matter(amount=Decimal("280"))), NA),
        (Facts(matter=Matter(amount=Decimal("50"), limit=Decimal("50"))), HELD),
        (Facts(matter=over), OPEN),
        (Facts(matter=replace(over, ended=True)), FAILED),
        (voted(matter=replace(over, ended=True)), HELD),
    )


@pytest.mark.parametrize("rule", [3, 4, 5, 6, 7, 8])
def test_r3_r4_r5_r6_r7_r8_what_blocks_tabling_fails_once_tabled(rule: int) -> None:
    stands(
        rule,
        (Facts(), NA),
        (prepared(need(rule, "missing", blocks=True)), OPEN),
        (prepared(need(rule, "missing", blocks=True), ready=True), FAILED),
        (prepared(need(rule, "met"), ready=True), HELD),
        (prepared(need(rule, "na")), NA),
    )
    assert judge(rule, prepared(need(rule, "failed", blocks=True))).fails_at is Gate.TABLING


def test_r4_an_exploratory_reform_goes_with_its_risk_shown() -> None:
    facts = prepared(need(4, "waived"), ready=True, exploration=LEAVE)
    found = judge(4, facts)
    assert (found.state, found.waiver) == (WAIVED, LEAVE)


def test_r5_is_waived_only_after_the_fact_and_by_somebody() -> None:
    early = prepared(need(5, "failed", blocks=True))
    late = replace(prepared(need(5, "failed", blocks=True), ready=True), waivers=((5, LEAVE),))
    assert findings(replace(early, waivers=((5, LEAVE),)))[4].state is OPEN
    assert findings(late)[4].state is WAIVED


def test_r6_a_shortened_comment_period_needs_its_published_reason() -> None:
    short = {"comment_days": 20, "comment_needed": 30}
    stands(
        6,
        (prepared(need(6, "met"), **short), HELD),
        (prepared(need(6, "met"), shortened=LEAVE, **short), WAIVED),
        (prepared(need(6, "met"), shortened=LEAVE, comment_days=30, comment_needed=30), HELD),
    )


def test_r7_an_expert_with_an_interest_is_barred_and_opinions_are_signed() -> None:
    stands(
        7,
        (prepared(experts=3), HELD),
        (prepared(experts=3, barred=1), FAILED),
        (prepared(experts=3, unsigned=1), FAILED),
        (prepared(need(7, "met"), experts=3, dissents=1), HELD),
    )


def test_r8_uncontrollable_risk_blocks() -> None:
    assert judge(8, prepared(need(8, "failed", blocks=True))).fails_at is Gate.TABLING


def test_r9_alternative_plans_apply_where_there_are_two() -> None:
    stands(
        9,
        (Facts(), NA),
        (Facts(planning=Planning(plan=1, plans=1)), NA),
        (Facts(planning=Planning(plan=1, plans=2)), HELD),
    )


def test_r10_consultation_makes_no_votes() -> None:
    stands(
        10,
        (prepared(), OPEN),
        (prepared(ready=True), HELD),
        (prepared(opinions=3), HELD),
        (prepared(opinions=3, unanswered=1), OPEN),
        (prepared(opinions=3, unanswered=1, ready=True), FAILED),
        (prepared(early_votes=1), FAILED),
    )


def test_r11_short_or_late_is_an_exception_with_somebody_s_word() -> None:
    noticed = Agenda(entry=1, sitting=1, noticed=AT, days=5, needed=5)
    stands(
        11,
        (Facts(), OPEN),
        (Facts(agenda=Agenda(entry=1)), OPEN),
        (Facts(agenda=Agenda(entry=1, opened=AT)), FAILED),
        (Facts(agenda=noticed), HELD),
        (Facts(agenda=replace(noticed, days=4)), FAILED),
        (Facts(agenda=replace(noticed, days=4, short=LEAVE)), WAIVED),
        (Facts(agenda=replace(noticed, added_late=True)), FAILED),
        (Facts(agenda=replace(noticed, added_late=True, late=LEAVE)), WAIVED),
    )


def test_r12_each_secretary_confirms() -> None:
    stands(
        12,
        (prepared(), OPEN),
        (prepared(waited_for=(ZONE,), confirmed=(TOWN,)), OPEN),
        (prepared(waited_for=(ZONE,), ready=True), FAILED),
        (prepared(confirmed=(TOWN, ZONE), confirmed_at=AT), HELD),
    )


def test_r13_half_of_each_body_is_enough_and_less_is_not() -> None:
    stands(
        13,
        (Facts(), OPEN),
        (Facts(matter=Matter(personnel=True)), NA),
        (voted(count(due=10, roster=10, present=5)), HELD),
        (voted(count(due=10, roster=10, present=4)), FAILED),
        (Facts(entry=announced(outcome=Outcome.DEFERRED)), NA),
    )
    here = Present(TOWN, 9, 4, 5, AT_LEAST_HALF, reached=False)
    now = judge(13, Facts(entry=Entry(stage="speaking", bodies=(here,), blocked=("quorum",))))
    assert (now.state, now.fails_at) == (OPEN, Gate.VOTING)


def test_r14_personnel_needs_two_thirds() -> None:
    personnel = Matter(personnel=True)
    stands(
        14,
        (Facts(), NA),
        (Facts(matter=personnel), OPEN),
        (voted(count(quorum_share=AT_LEAST_TWO_THIRDS, present=6), matter=personnel), HELD),
        (voted(count(quorum_share=AT_LEAST_TWO_THIRDS, present=5), matter=personnel), FAILED),
    )


def test_r15_exactly_half_is_not_more_than_half() -> None:
    """The fault of another system: 5 of 10 taken for "more than half"."""
    half = count(roster=10, due=10, in_favour=5, required=6)
    stands(
        15,
        (Facts(), OPEN),
        (voted(), HELD),
        (voted(replace(half, passed=True)), FAILED),
        (voted(replace(half, passed=False)), HELD),
        (voted(replace(half, required=5, passed=False)), FAILED),
    )


def test_r16_every_ballot_has_its_own_quorum() -> None:
    stands(16, (Facts(), OPEN), (voted(), HELD), (voted(count(present=4)), FAILED))


def test_r17_those_in_attendance_do_not_vote() -> None:
    stands(
        17,
        (Facts(), OPEN),
        (voted(), NA),
        (voted(entry=announced(observers=3)), HELD),
        (voted(count(without_vote=1)), FAILED),
    )


def test_r18_one_person_at_a_time() -> None:
    def people(*motions: Moved, candidates: int = 2) -> Facts:
        facts = voted(matter=Matter(personnel=True))
        return replace(facts, votes=replace(facts.votes, motions=motions, candidates=candidates))

    one, other = Moved(1, "甲", people=1), Moved(2, "乙", people=1)
    stands(
        18,
        (Facts(), OPEN),
        (voted(), HELD),
        (people(one, other), HELD),
        (people(Moved(1, "甲、乙", people=2)), FAILED),
        (people(one), FAILED),
        (people(Moved(1, "选举", people=2, election=True)), HELD),
    )


def test_r19_everybody_states_a_view_before_the_vote() -> None:
    stands(
        19,
        (Facts(), OPEN),
        (Facts(entry=Entry(statements_asked=False)), NA),
        (voted(entry=announced(stated=15)), HELD),
        (voted(entry=announced(unheard_at_vote=1)), FAILED),
        (Facts(entry=announced(outcome=Outcome.DEFERRED)), NA),
    )


def test_r20_the_principal_is_last() -> None:
    here = (Present(TOWN, 9, 8, 5, AT_LEAST_HALF, reached=True, principal_here=True),)
    stands(
        20,
        (Facts(), OPEN),
        (Facts(entry=Entry(principal_last=False)), NA),
        (voted(entry=announced(bodies=here)), HELD),
        (voted(), NA),
        (voted(entry=announced(bodies=here, principal_early=(Name("党委书记"),))), FAILED),
    )


def test_r21_the_base_is_who_is_due_not_who_is_present() -> None:
    """The other fault of another system: absentees left out of the base (or taken in as present)."""
    stands(
        21,
        (Facts(), OPEN),
        (voted(), HELD),
        (voted(count(due=6, present=6, in_favour=4, required=4)), FAILED),
        (voted(count(in_favour=4, passed=True)), FAILED),
        (voted(count(due=8, shrunk=1, in_favour=5)), HELD),
        (voted(count(in_favour=4, passed=False), outcome=Outcome.SPLIT), HELD),
    )


def test_r22_nobody_votes_for_somebody_absent() -> None:
    stands(
        22,
        (Facts(), OPEN),
        (voted(entry=announced(written_opinions=1)), HELD),
        (voted(count(strangers=1)), FAILED),
        (voted(count(proxies=1)), FAILED),
    )


def test_r23_the_method_is_one_that_is_allowed() -> None:
    stands(
        23, (Facts(), OPEN), (voted(), HELD), (voted(count(method="voice")), FAILED), (voted(count(method="")), FAILED)
    )


def test_r24_who_is_recused_has_no_vote() -> None:
    unruled = Entry(stage="speaking", unruled=1, blocked=("unruled",))
    stands(
        24,
        (Facts(), OPEN),
        (voted(), NA),
        (voted(entry=announced(recused=1)), HELD),
        (voted(count(recused_votes=1)), FAILED),
        (Facts(entry=unruled), OPEN),
    )
    assert judge(24, Facts(entry=unruled)).fails_at is Gate.VOTING


def test_r25_deeply_split_is_deferred_or_somebody_says_why_not() -> None:
    deep = (Division(TOWN, 8, 5, deep=True),)
    stands(
        25,
        (Facts(), OPEN),
        (voted(), NA),
        (voted(entry=announced(divisions=deep)), FAILED),
        (voted(entry=announced(divisions=deep, going_on=LEAVE)), WAIVED),
        (voted(entry=announced(divisions=deep, emergency=True)), NA),
        (Facts(entry=announced(outcome=Outcome.DEFERRED, divisions=deep)), HELD),
    )


def test_r26_a_few_decide_report_in_time_and_are_ratified() -> None:
    told = Emergency(
        decided=AT, agreed=2, asked=3, report_due=AT + timedelta(hours=24), reported=AT + timedelta(hours=2)
    )
    after = lambda **more: After(emergency=replace(told, **more))  # noqa: E731
    stands(
        26,
        (Facts(), NA),
        (Facts(after=after()), OPEN),
        (Facts(after=after(enough=False)), FAILED),
        (Facts(after=after(reported=AT + timedelta(hours=25))), FAILED),
        (Facts(after=after(reported=None)), OPEN),
        (Facts(after=after(reported=None, report_overdue=True)), FAILED),
        (voted(after=after()), HELD),
    )


def test_r27_never_applies_to_party_bodies() -> None:
    stands(27, (Facts(), NA), (voted(), NA))


def test_r28_the_result_is_announced_before_the_sitting_closes() -> None:
    later = AT + timedelta(hours=1)
    stands(
        28,
        (Facts(), OPEN),
        (voted(), HELD),
        (voted(agenda=Agenda(entry=1, sitting=1, opened=AT, closed=later)), HELD),
        (voted(agenda=Agenda(entry=1, sitting=1, opened=AT, closed=AT - timedelta(minutes=1))), FAILED),
        (voted(entry=Entry(stage="voting"), agenda=Agenda(entry=1, closed=later)), FAILED),
    )


def test_r29_a_change_of_substance_is_reviewed_again() -> None:
    plan = Planning(plan=1, version=5, substantive=5, review_needed=True)
    stands(
        29,
        (Facts(), OPEN),
        (Facts(planning=plan), HELD),
        (Facts(planning=replace(plan, reviewed=False)), OPEN),
        (Facts(planning=replace(plan, reviewed=False), preparation=Preparation(ready=True)), FAILED),
        (Facts(planning=Planning(plan=1, version=1)), NA),
    )


def test_r30_the_record_is_whole() -> None:
    stands(
        30,
        (Facts(), OPEN),
        (Facts(record=Record(minutes=1, parts=10)), HELD),
        (Facts(record=Record(minutes=1, parts=10, missing=("absent_reason",))), FAILED),
    )


def test_r31_dissent_is_kept_word_for_word() -> None:
    stands(
        31,
        (Facts(), OPEN),
        (voted(), NA),
        (Facts(record=Record(minutes=1, dissents=1)), HELD),
        (Facts(record=Record(minutes=1, dissents=1, dissents_lost=1)), FAILED),
    )


def test_r32_minutes_are_checked_before_both_chairs_sign() -> None:
    done = Record(minutes=1, bodies=(TOWN, ZONE), signed=(TOWN, ZONE), signed_at=AT, checked=AT)
    stands(
        32,
        (Facts(), OPEN),
        (Facts(record=done), HELD),
        (Facts(record=replace(done, signed=(TOWN,))), OPEN),
        (Facts(record=replace(done, checked=None)), FAILED),
        (voted(outcome=Outcome.REJECTED, record=done), NA),
    )


def duties(rule: int, make: Any) -> None:
    title = Name("公开", "publication")
    stands(
        rule,
        (Facts(after=make(Duty(title, DAY))), OPEN),
        (Facts(after=make(Duty(title, DAY, overdue=True))), FAILED),
        (Facts(after=make(Duty(title, DAY, done=DAY))), HELD),
        (Facts(after=make(Duty(title, DAY, done=DAY + timedelta(days=1)))), FAILED),
    )


def test_r33_published_in_its_days_but_for_lawful_secrets() -> None:
    duties(33, lambda duty: After(publication=duty))
    stands(
        33,
        (Facts(), OPEN),
        (Facts(after=After(exempt="商业秘密")), NA),
        (Facts(entry=announced(outcome=Outcome.REJECTED)), NA),
    )


def test_r34_reported_where_required() -> None:
    duties(34, lambda duty: After(reports=(duty,)))
    stands(34, (Facts(), NA))


def test_r35_archived_at_the_end() -> None:
    broken = After(archived=AT, files=3, chain=40, chain_broken=12)
    stands(35, (Facts(), OPEN), (Facts(after=After(archived=AT, files=3)), HELD), (Facts(after=broken), FAILED))


def test_r36_a_unit_is_named_and_in_time() -> None:
    stands(
        36,
        (Facts(), OPEN),
        (Facts(entry=announced(outcome=Outcome.REJECTED)), NA),
        (Facts(after=After(unit="平台公司")), HELD),
        (Facts(after=After(unit="平台公司", overdue=(Name("招租"),))), FAILED),
    )


def test_r37_no_change_without_procedure() -> None:
    stands(
        37,
        (Facts(), NA),
        (Facts(after=After(revisions=1)), HELD),
        (Facts(after=After(revisions=1, standing_suspension=True)), OPEN),
        (Facts(after=After(unprocedural=1)), FAILED),
        (Facts(matter=Matter(purpose="stop")), HELD),
    )


def test_r38_more_than_half_agree_before_personnel_is_reconsidered() -> None:
    personnel = Matter(personnel=True, purpose="reconsider")
    enough, few = Support(TOWN, 5, 5, 9), Support(ZONE, 3, 4, 7)
    stands(
        38,
        (Facts(), NA),
        (Facts(matter=Matter(purpose="reconsider")), NA),
        (Facts(matter=personnel, after=After(reconsidered=True, support=(enough,))), HELD),
        (Facts(matter=personnel, after=After(reconsidered=True, support=(enough, few))), FAILED),
        (Facts(matter=Matter(personnel=True), after=After(reconsidered=True, support=(few,))), OPEN),
    )


def test_r39_evaluated_in_time_by_somebody_new() -> None:
    duties(39, lambda duty: After(evaluations=(duty,)))
    stands(39, (Facts(), NA), (Facts(after=After(evaluations=(Duty(Name("后评估")),), barred_evaluators=1)), FAILED))


def test_r40_confidential_items_are_read_by_the_named() -> None:
    secret = Matter(confidential=True, readers=16)
    stands(40, (Facts(), NA), (Facts(matter=secret), HELD), (Facts(matter=replace(secret, views_by_others=1)), FAILED))


def test_r41_both_bodies_go_by_one_rule_set() -> None:
    stands(41, (Facts(), OPEN), (voted(), HELD))


@pytest.mark.parametrize(
    ("town", "zone", "outcome", "state"),
    [
        (True, True, Outcome.PASSED, HELD),
        (True, False, Outcome.PASSED, FAILED),
        (True, False, Outcome.SPLIT, HELD),
        (True, False, Outcome.REJECTED, FAILED),
        (False, False, Outcome.REJECTED, HELD),
        (False, False, Outcome.SPLIT, FAILED),
        (True, True, Outcome.REJECTED, FAILED),
    ],
)
def test_r42_only_both_pass_it_and_a_split_is_named(town: bool, zone: bool, outcome: Outcome, state: State) -> None:
    counts = (count(passed=town), count(ballot=2, body=ZONE, code="zone", passed=zone))
    assert judge(42, voted(*counts, outcome=outcome)).state is state


def test_r42_one_pooled_count_is_no_decision_of_two_bodies() -> None:
    assert judge(42, voted(count())).state is FAILED


def test_r42_a_split_names_its_route() -> None:
    ruled = After(ruled=Name("上级裁定：同意实施", "the superior: to be carried out"))
    counts = (count(), count(ballot=2, body=ZONE, code="zone", passed=False, in_favour=2))
    found = judge(42, voted(*counts, outcome=Outcome.SPLIT, after=ruled))
    assert found.state is HELD
    assert found.detail[1].values["route"]["zh"] == "上级裁定：同意实施"


def test_r43_two_seats_two_ballots_unless_barred() -> None:
    stands(
        43,
        (Facts(), OPEN),
        (voted(), NA),
        (voted(entry=announced(two_seats=1)), HELD),
        (voted(count(barred_votes=1), entry=announced(two_seats=1, two_seats_barred=True)), FAILED),
    )


def test_r44_a_stricter_rule_is_named() -> None:
    stands(44, (Facts(), OPEN), (voted(), NA), (Facts(entry=Entry(stricter=(TOWN,))), HELD))


def test_r45_both_signatures_stand_over_one_document() -> None:
    done = Record(minutes=1, bodies=(TOWN, ZONE), signed=(TOWN, ZONE), digest="9f3c71ae" * 8)
    stands(
        45,
        (Facts(), OPEN),
        (Facts(record=done), HELD),
        (Facts(record=replace(done, same=False)), FAILED),
        (Facts(record=replace(done, signed=())), OPEN),
    )


def test_r46_somebody_is_named_to_preside() -> None:
    agenda = Agenda(entry=1, sitting=1)
    stands(
        46,
        (Facts(), OPEN),
        (Facts(agenda=agenda, entry=Entry(chair=Name("党组书记"))), HELD),
        (Facts(agenda=agenda, entry=Entry(blocked=("no_chair",))), OPEN),
        (voted(), FAILED),
    )
    assert judge(46, Facts(agenda=agenda, entry=Entry(blocked=("no_chair",)))).fails_at is Gate.VOTING


def test_r47_rules_and_rosters_freeze_at_opening() -> None:
    stands(47, (Facts(), OPEN), (voted(), HELD), (Facts(agenda=Agenda(entry=1, opened=AT)), FAILED))
