"""The packs that come with the product: complete in both languages, sound, and walked through to their ends."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone
from lxml import etree

from permissions.errors import Denied, Invalid
from permissions.models import Role, RoleGrant, User
from tests.cast import Cast
from tests.workflows.packs.conftest import Installed
from tests.workflows.packs.test_reading import LIBRARY
from tests.workflows.packs.test_records import register, sees
from workflows import actions, bpmn, packages, records
from workflows.models import CaseTask, DefinitionVersion, Record, RecordNotice, VersionStatus
from workflows.packs.model import MANIFEST
from workflows.record_told import proposals
from workflows.selectors import inbox

pytestmark = pytest.mark.django_db

PACKS = sorted(path for path in LIBRARY.iterdir() if path.is_dir())
CHINESE = re.compile(r"[\u4e00-\u9fff]")
TOLD = {"name", "label", "about", "help", "unit"}
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"


def words_of(value: object, key: str = "") -> set[str]:
    """The Chinese texts people read in a file of a pack."""
    if isinstance(value, dict):
        return {word for name, one in value.items() for word in words_of(one, name)}
    if isinstance(value, list):
        return {word for one in value for word in words_of(one, key)}
    return {value} if isinstance(value, str) and key in TOLD and CHINESE.search(value) else set()


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_every_text_of_a_pack_is_there_in_english(folder: Path) -> None:
    english = tomllib.loads((folder / "texts" / "en.toml").read_text())
    said: set[str] = set()
    for path in (folder / MANIFEST, *folder.glob("records/*.toml")):
        said |= words_of(tomllib.loads(path.read_text()))
    for path in folder.glob("flows/*.bpmn"):
        for element in etree.parse(path).iter():
            texts = {element.get("name") or "", element.get("label") or "", element.get("help") or ""}
            if element.tag == f"{BPMN}documentation":
                texts.add((element.text or "").strip())
            said |= {text for text in texts if CHINESE.search(text)}
    assert not said - english.keys()
    assert not [text for text in english.values() if CHINESE.search(text)]


@pytest.mark.parametrize(
    "path", [path for folder in PACKS for path in sorted(folder.glob("flows/*.bpmn"))], ids=lambda path: path.stem
)
def test_every_step_of_a_flow_is_drawn(path: Path) -> None:
    document, problems = bpmn.inspect(path.read_bytes())
    assert document is not None
    assert not [problem for problem in problems if problem.severity == "error"]
    tree = etree.parse(path)
    drawn = {shape.get("bpmnElement") for tag in ("BPMNShape", "BPMNEdge") for shape in tree.iter(f"{DI}{tag}")}
    process = tree.find(f"{BPMN}process")
    assert process is not None
    assert {one.get("id") for one in process if one.get("id")} <= drawn


def holds(user: User, code: str) -> None:
    """Give somebody a role that a pack has brought."""
    role = Role.objects.get(code=code)
    day = records.today()
    RoleGrant.objects.create(user=user, role=role, starts_on=day, granted_at=timezone.now())


def do(user: User, record: Record, **answers: object) -> None:
    """Do the one step that waits for this person at a record."""
    task = inbox(user).get(process__subject=record.chain)
    actions.step_answer(actor=user, task_id=task.pk, answers=answers)


# S5 双链对接


@pytest.fixture
def chain(cast: Cast, installed: Installed) -> tuple[Record, Record, Record]:
    """A village, an enterprise's need for a site there, and the village's idle site."""
    installed("places", "chains")
    holds(cast.town_member, "chains.liaison")
    holds(cast.zone_member, "chains.village")
    village = register(cast.town_secretary, "village", name="东山村")
    other = register(cast.town_secretary, "village", name="西河村")
    firm = register(cast.town_secretary, "enterprise", name="洪林农机")
    need = register(
        cast.town_member,
        "need",
        enterprise=firm,
        sort="site",
        size="12",
        measure="亩",
        village=village,
        since="2026-12-01",
        detail="堆放秸秆",
    )
    site = register(cast.zone_member, "resource", name="旧晒场", village=village, sort="site", size="15", measure="亩")
    register(cast.zone_member, "resource", name="老仓库", village=other, sort="site", size="3", measure="亩")
    register(cast.zone_member, "resource", name="采茶队", village=village, sort="labour", size="40", measure="人")
    return village, need, site


def test_s5_what_fits_is_proposed_best_first_with_its_reasons(cast: Cast, chain: tuple[Record, Record, Record]) -> None:
    _village, need, site = chain
    kind = packages.kind_of(need.kind)
    (proposed,) = proposals(cast.town_member, need, kind)
    found = [(row.title, [one.label for one in match.held]) for row, match in proposed.matches]
    assert found == [
        ("东山村 · 旧晒场", ["种类相同", "在希望的村", "数量够", "时间合适"]),
        ("西河村 · 老仓库", ["种类相同", "时间合适"]),
    ]
    assert proposed.makes is not None
    assert (proposed.makes.key, proposed.own, proposed.other) == ("deal", "need", "resource")
    (back,) = proposals(cast.zone_member, site, packages.kind_of(site.kind))
    assert [row.record for row, _match in back.matches] == [need]


def test_s5_agreed_by_both_sides_delivered_and_the_villages_income_recorded(
    cast: Cast, chain: tuple[Record, Record, Record]
) -> None:
    village, need, site = chain
    deal = register(cast.town_member, "deal", need=need, resource=site, terms="每亩每年 300 元")
    need.refresh_from_db()
    site.refresh_from_db()
    assert (deal.title, need.state, site.state) == ("洪林农机 · 场地 ↔ 东山村 · 旧晒场", "matched", "matched")
    # What is being matched is proposed to nobody else.
    assert proposals(cast.town_member, need, packages.kind_of(need.kind)) == []
    firm = Record.objects.get(kind__key="enterprise")
    later = register(cast.town_member, "need", enterprise=firm, sort="site", village=village, detail="停车")
    (proposed,) = proposals(cast.town_member, later, packages.kind_of(later.kind))
    assert [row.title for row, _match in proposed.matches] == ["西河村 · 老仓库"]
    with pytest.raises(CaseTask.DoesNotExist):
        do(cast.zone_member, deal, village_agrees="yes")
    do(cast.town_member, deal, firm_agrees="yes")
    do(cast.zone_member, deal, village_agrees="yes")
    deal.refresh_from_db()
    assert deal.state == "agreed"
    with pytest.raises(Invalid):
        do(cast.town_member, deal, delivered_on="2026-11-20")
    do(cast.town_member, deal, delivered_on=str(records.today()), income="3600")
    for row in (deal, need, site):
        row.refresh_from_db()
    assert (deal.state, need.state, site.state) == ("delivered", "met", "used")
    assert records.values_of(deal)["income"] == 3600


def test_s5_refused_by_one_side_both_are_open_again(cast: Cast, chain: tuple[Record, Record, Record]) -> None:
    _village, need, site = chain
    deal = register(cast.town_member, "deal", need=need, resource=site, terms="每亩每年 300 元")
    do(cast.town_member, deal, firm_agrees="yes")
    do(cast.zone_member, deal, village_agrees="no", village_says="村里要自用")
    for row in (deal, need, site):
        row.refresh_from_db()
    assert (deal.state, need.state, site.state) == ("refused", "open", "open")


def test_s5_who_has_no_role_of_the_pack_registers_nothing(cast: Cast, chain: tuple[Record, Record, Record]) -> None:
    village, need, site = chain
    with pytest.raises(Denied):
        register(cast.legal, "resource", name="空地", village=village, sort="site")
    with pytest.raises(Denied):
        register(cast.legal, "deal", need=need, resource=site, terms="面议")


# S9 驻村指导


def test_s9_a_question_is_assigned_answered_and_told(cast: Cast, installed: Installed) -> None:
    installed("places", "village_visits")
    village = register(cast.town_secretary, "village", name="东山村")
    question = register(cast.town_member, "village_question", village=village, question="路灯什么时候修")
    do(cast.town_secretary, question, handler="zone.finance")
    question.refresh_from_db()
    assert question.state == "handling"
    do(cast["zone.finance"], question, answer="本周修好")
    question.refresh_from_db()
    assert (question.state, question.data["answer"]) == ("answered", "本周修好")
    assert RecordNotice.objects.get(person=cast.town_member).text == "您登记的问题已答复：路灯什么时候修"


# S10 企业包保


def test_s10_a_demand_comes_back_until_the_enterprise_is_content(cast: Cast, installed: Installed) -> None:
    installed("places", "liaison")
    firm = register(cast.town_secretary, "enterprise", name="洪林农机")
    demand = register(
        cast.town_proposer, "demand", enterprise=firm, demand="厂区门口积水", cadre=cast.town_member.username
    )
    day = str(records.today())
    do(cast.town_secretary, demand, handler=cast.zone_member.username, due=day)
    do(cast.zone_member, demand, result="清了排水沟")
    demand.refresh_from_db()
    assert demand.state == "handled"
    do(cast.town_member, demand, confirmed="no", firm_says="下雨还是积")
    demand.refresh_from_db()
    assert (demand.state, demand.data["firm_says"]) == ("handling", "下雨还是积")
    do(cast.zone_member, demand, result="换了大管")
    do(cast.town_member, demand, confirmed="yes")
    demand.refresh_from_db()
    assert demand.state == "done"
    told = RecordNotice.objects.filter(record=demand).values_list("person__username", flat=True)
    assert cast.town_proposer.username in told


ALL = ("places", "assessment", "chains", "contests", "exchange", "grid", "liaison", "meetings", "village_visits")


def test_all_packs_come_in_together_and_their_flows_are_in_force(cast: Cast, installed: Installed) -> None:
    assert {folder.name for folder in PACKS} == set(ALL)
    installed(*ALL)
    flows = DefinitionVersion.objects.filter(definition__of_pack__isnull=False)
    assert {version.definition.key: version.status for version in flows} == dict.fromkeys(
        {path.stem for folder in PACKS for path in folder.glob("flows/*.bpmn")}, VersionStatus.PUBLISHED
    )


# S6 干部双向交流


def test_s6_a_posting_is_decided_serves_its_term_and_returns(cast: Cast, installed: Installed) -> None:
    installed("exchange")
    posting = register(
        cast.town_secretary,
        "posting",
        cadre=cast.town_proposer.username,
        direction="to_zone",
        post="示范区招商专员",
        reason="熟悉项目",
    )
    do(cast.town_secretary, posting, approved="yes", decided_as="议〔2026〕12号")
    do(cast.town_secretary, posting, since="2026-12-01", until="2027-11-30")
    posting.refresh_from_db()
    assert (posting.state, posting.data["decided_as"]) == ("serving", "议〔2026〕12号")
    assert RecordNotice.objects.get(person=cast.town_proposer).text == "您已任职：示范区招商专员"
    do(cast.town_secretary, posting)
    posting.refresh_from_db()
    assert posting.state == "returned"
    other = register(
        cast.town_secretary, "posting", cadre="town.office", direction="cross", post="党组成员", reason="统筹"
    )
    do(cast.zone_secretary, other, approved="no", decided_as="议〔2026〕13号")
    other.refresh_from_db()
    assert other.state == "declined"


# S8 竞赛评比


def test_s8_the_highest_and_the_lowest_score_are_dropped_from_five_on(cast: Cast, installed: Installed) -> None:
    installed("contests")
    jury = [cast.town_member, cast.zone_member, cast.legal, cast.town_chair, cast.zone_chair]
    for user in jury:
        holds(user, "contests.jury")
    host = cast["observer"]
    holds(host, "contests.host")
    contest = register(host, "contest", name="演讲比赛", held="2026-09-10")
    entry = register(host, "entry", contest=contest, cadre="town.office")

    def average() -> object:
        entry.refresh_from_db()
        return records.contexts([entry], packages.kind_of(entry.kind))[entry.pk]["average"]

    for user, points in zip(jury[:4], ("60", "90", "91", "92"), strict=True):
        register(user, "score", entry=entry, points=points)
    assert average() == Decimal("83.25")
    register(jury[4], "score", entry=entry, points="100")
    assert average() == 91
    with pytest.raises(Denied):
        register(cast.town_secretary, "score", entry=entry, points="100")


# S11 网格队伍


def test_s11_an_alert_is_dispatched_accepted_handled_and_reviewed(cast: Cast, installed: Installed) -> None:
    installed("places", "grid")
    desk = cast["observer"]
    holds(desk, "grid.desk")
    village = register(cast.town_secretary, "village", name="东山村")
    fire = register(
        cast.town_member,
        "incident",
        sort="fire",
        village=village,
        happened="2026-11-20T14:30",
        place="31.7123,118.3901",
        report="后山冒烟",
    )
    assert RecordNotice.objects.get(person=desk).text == "突发情况：东山村 · 森林火情"
    do(desk, fire, responder=cast.zone_member.username)
    assert RecordNotice.objects.get(person=cast.zone_member).text.startswith("请立即签收")
    do(cast.zone_member, fire, going="no")
    fire.refresh_from_db()
    assert fire.state == "sent"
    do(desk, fire, responder=cast.town_proposer.username)
    do(cast.town_proposer, fire, going="yes")
    do(cast.town_proposer, fire, arrived="2026-11-20T14:50", handled="扑灭，看守余火", decided="封山三天")
    do(desk, fire, review="增设瞭望点")
    fire.refresh_from_db()
    assert (fire.state, fire.data["decided"]) == ("reviewed", "封山三天")


# S2 会议和学习


def test_s2_a_meeting_is_held_with_its_attendance_and_its_tasks_done(cast: Cast, installed: Installed) -> None:
    installed("meetings")
    meeting = register(
        cast.town_secretary, "meeting", name="七月例会", sort="cadres", begins="2026-07-06T14:30", place="三楼会议室"
    )
    assert RecordNotice.objects.filter(record=meeting, person=cast.zone_member).exists()
    for person, way in (("town.congress", "present"), ("zone.finance", "leave")):
        register(cast.town_secretary, "attendance", meeting=meeting, person=person, way=way)
    with pytest.raises(Invalid, match="已经登记过"):
        register(cast.zone_secretary, "attendance", meeting=meeting, person="town.congress", way="absent")
    do(cast.town_secretary, meeting, took_place="yes", notes="部署防汛")
    meeting.refresh_from_db()
    assert meeting.state == "held"
    assert records.contexts([meeting], packages.kind_of(meeting.kind))[meeting.pk]["came"] == 1
    task = register(
        cast.town_secretary, "follow_up", meeting=meeting, task="检查涵闸", person="zone.finance", due="2026-07-20"
    )
    do(cast["zone.finance"], task, done_how="已检查六处")
    do(cast.zone_secretary, task, good="no")
    do(cast["zone.finance"], task, done_how="补查两处")
    do(cast.zone_secretary, task, good="yes")
    task.refresh_from_db()
    assert (task.state, task.data["done_how"]) == ("checked", "补查两处")


# S7 统一考核


@pytest.fixture
def assessed(cast: Cast, installed: Installed) -> Record:
    """A cadre's assessment, with the self-assessment written."""
    installed("assessment")
    for user in (cast.town_member, cast.zone_member):
        holds(user, "assessment.assessor")
    weights = {"w_ability": "40", "w_results": "30", "w_conduct": "20", "w_people": "10"}
    with pytest.raises(Invalid, match="合计应当是 100"):
        register(cast.town_secretary, "scheme", name="2026 年", begins="2026-01-01", **{**weights, "w_people": "20"})
    scheme = register(cast.town_secretary, "scheme", name="2026 年", begins="2026-01-01", **weights)
    found = register(cast.town_secretary, "assessment", scheme=scheme, cadre=cast.town_member.username)
    with pytest.raises(Invalid, match="已经登记过"):
        register(cast.zone_secretary, "assessment", scheme=scheme, cadre=cast.town_member.username)
    with pytest.raises(Invalid, match="不在评分期间"):
        scored(cast.zone_member, found, 90)
    do(cast.town_member, found, own_words="完成了项目")
    return found


def scored(user: User, assessment: Record, points: int) -> Record:
    given = dict.fromkeys(("ability", "results", "conduct", "people"), str(points))
    return register(user, "assessment_score", assessment=assessment, **given)


def test_s7_nobody_assesses_themselves_or_twice_and_scores_are_ones_own(cast: Cast, assessed: Record) -> None:
    with pytest.raises(Invalid, match="不能给自己评分"):
        scored(cast.town_member, assessed, 100)
    mine = scored(cast.zone_member, assessed, 90)
    with pytest.raises(Invalid, match="已经登记过"):
        scored(cast.zone_member, assessed, 95)
    assert sees(cast.zone_member, mine)
    assert not sees(cast.town_member, mine)
    assert not sees(cast.legal, assessed)


def test_s7_weighted_calibrated_published_and_an_objection_answered(cast: Cast, assessed: Record) -> None:
    given = {"ability": "90", "results": "80", "conduct": "70", "people": "60"}
    register(cast.zone_member, "assessment_score", assessment=assessed, **given)
    scored(cast.town_secretary, assessed, 100)

    def values() -> dict[str, object]:
        assessed.refresh_from_db()
        return records.contexts([assessed], packages.kind_of(assessed.kind))[assessed.pk]

    # (95·40 + 90·30 + 85·20 + 80·10) / 100
    assert (values()["average"], values()["final"]) == (90, 90)
    with pytest.raises(Invalid):
        do(cast.town_secretary, assessed, calibrated="88", grade="excellent")
    do(cast.town_secretary, assessed, calibrated="88", why="与同岗位平衡", grade="excellent")
    assert (values()["final"], assessed.state) == (88, "published")
    do(cast.town_member, assessed, objects="yes", objection="未计驻村")
    do(cast.zone_secretary, assessed, reply="已核实，维持")
    assert (values()["state"], assessed.data["reply"]) == ("settled", "已核实，维持")
    with pytest.raises(Invalid, match="不在评分期间"):
        scored(cast.town_chair, assessed, 60)
