"""What an item's flow may not be moved past by hand, whoever does it: confirming, deliberating and signing are the bodies'.

A flow is data, so this goes by what its steps declare: their form, and the stage they stand in (property ``stage``). A step lies
behind others where no way leads to it but through them.
"""

from collections.abc import Iterable

from django.db.models import Max
from django.utils.translation import gettext as _

from decisions import stages
from decisions.models import AgendaEntry, Item, Minutes, SplitChoice
from decisions.policies.decided import carried, last_announced, ruling_of, signed_at
from decisions.policies.sittings import bodies_of
from permissions.models import Body
from permissions.policies import ALLOWED, Verdict, refused
from workflows import compiled
from workflows.bpmn.model import Node, Process
from workflows.models import Case
from workflows.policies import CaseMove, case_guard

_DELIBERATE = "deliberate"
_SIGN = "sign"
_OF_MEMBERS = frozenset({"instance_add", "instance_remove"})
_ACTS = _OF_MEMBERS | {"case_jump", "task_send_back"}


@case_guard
def guard_item(case: Case, move: CaseMove) -> Verdict:
    """Back freely, as long as no agenda holds the item; forward past nothing the bodies have not done since."""
    item = Item.objects.filter(case=case).first() if move.act in _ACTS else None
    if item is None:
        return ALLOWED
    process = compiled.of_version(case.version_id, case.version_sha256).process
    if move.act in _OF_MEMBERS:
        return _members(process.nodes.get(move.to))
    held = _on_agenda(item)
    return _passes(item, case, process, move) if held is None else held


def behind(process: Process, gates: Iterable[str]) -> frozenset[str]:
    """The elements of a process that only ways through one of the `gates` lead to; the gates themselves not."""
    closed = frozenset(gates)
    passed: set[str] = set()
    grown = True
    while grown:
        grown = False
        for node in process.nodes.values():
            if node.id not in passed and _reached(process, node, passed, closed):
                passed.add(node.id)
                grown = True
    return frozenset(process.nodes) - passed


def _reached(process: Process, node: Node, passed: set[str], closed: frozenset[str]) -> bool:
    if node.attached_to is not None:
        return node.attached_to in passed
    ways = [_way_out(process, process.flows[flow].source, passed, closed) for flow in node.incoming]
    if ways:
        return all(ways) if node.kind == "parallelGateway" else any(ways)
    return node.scope == process.id or node.scope in passed


def _way_out(process: Process, source: str, passed: set[str], closed: frozenset[str]) -> bool:
    """Whether a token can leave `source`; a sub-process when something in it can end."""
    if source not in passed or source in closed:
        return False
    inside = [node for node in process.nodes.values() if node.scope == source and not node.triggered_by_event]
    ends = [node for node in inside if not node.outgoing]
    return not ends or any(node.id in passed and node.id not in closed for node in ends)


def _members(node: Node | None) -> Verdict:
    """Who does a step of the decision follows from seats and roles."""
    if node is not None and (node.form or "").startswith("decisions."):
        return refused(_("这一步由谁办理取决于席位和角色，不能加签或减签。需要时请调整席位或角色。"), "by_seat")
    return ALLOWED


def _on_agenda(item: Item) -> Verdict | None:
    """An item on an agenda belongs to the sitting; a flow that left would have no ear for its result."""
    pending = AgendaEntry.objects.filter(item=item).exclude(stage=AgendaEntry.Stage.ANNOUNCED)
    entry = pending.select_related("sitting").first()
    if entry is None:
        return None
    what = {"sitting": entry.sitting.name}
    if entry.stage == AgendaEntry.Stage.VOTING:
        return refused(_("这件议题正在%(sitting)s表决。请等表决结束、宣布结果后再移动流程。") % what, "ballot_open")
    return refused(
        _("这件议题已列入%(sitting)s的议程。请先移出议程，会议已开始的先宣布结果或暂缓审议，再移动流程。") % what,
        "on_agenda",
    )


def _passes(item: Item, case: Case, process: Process, move: CaseMove) -> Verdict:
    nodes = process.nodes.values()
    confirming = behind(process, (node.id for node in nodes if node.form == stages.CONFIRM))
    deliberating = behind(process, (node.id for node in nodes if node.properties.get("stage") == _DELIBERATE))
    signing = behind(process, (node.id for node in nodes if node.properties.get("stage") == _SIGN))
    zones = (confirming, deliberating, signing)
    target = process.nodes.get(move.to)
    if move.again == "resume" and any(_leaves(move, zone) for zone in zones):
        return refused(
            _("退回到这一步以后，双方要重新确认、审议或签署，不能直接回到原环节。请选择重新逐步办理。"), "not_again"
        )
    # What the flow has passed the bodies have done; coming from before, they must have done it since.
    if move.to in confirming and not all(origin in confirming for origin in move.origin) and not _is_confirmed(item):
        return refused(_("双方还没有都确认共提（R12），流程不能越过这一步。请由双方秘书确认。"), "not_confirmed")
    entry = _counting_entry(item, case, deliberating)
    passed = entry if entry is not None and carried(entry) else None
    if target is not None and target.form in {stages.SPLIT, stages.SUPERIOR}:
        return _of_split(target, entry)
    if move.to in deliberating and passed is None and not _stays(move, target, deliberating):
        return refused(
            _("这件议题还没有经联席会议审议通过，也没有上级裁定，流程不能越过审议。请列入议程，由双方表决。"),
            "not_deliberated",
        )
    if move.to in signing and (passed is None or signed_at(passed) is None):
        return refused(_("纪要还没有由双方签署，流程不能越过会签。请双方班长签署纪要。"), "not_signed")
    return _done_once(item, target)


def _leaves(move: CaseMove, zone: frozenset[str]) -> bool:
    return move.to not in zone and any(origin in zone for origin in move.origin)


def _done_once(item: Item, node: Node | None) -> Verdict:
    """Steps that are done once a round: come to by hand a second time, they could not be done."""
    if node is None:
        return ALLOWED
    if node.form == stages.CONFIRM and item.confirmations.filter(round=item.round).exists():
        return refused(_("这一轮已有一方确认过共提。请退回到提出议题，重新提交后再由双方确认。"), "confirmed_already")
    if node.properties.get("stage") == _SIGN:
        minutes = Minutes.objects.filter(entry__item=item).order_by("-pk").first()
        if minutes is not None and minutes.sign_offs.filter(voided_at__isnull=True, version=minutes.version).exists():
            return refused(_("这份纪要已有签名。需要重新会签时，请先修改纪要，原有签名随之失效。"), "signed_already")
    return ALLOWED


def _is_confirmed(item: Item) -> bool:
    bodies = set(Body.objects.values_list("pk", flat=True))
    said = item.confirmations.filter(round=item.round, confirmed=True).values_list("body_id", flat=True)
    return bodies <= set(said)


def _counting_entry(item: Item, case: Case, deliberating: frozenset[str]) -> AgendaEntry | None:
    """The result that still counts: the last one announced, unless the flow was at something before the sitting since."""
    last = last_announced(item)
    if last is None or last.announced_at is None:
        return None
    before = case.task_set.exclude(node__in=deliberating).aggregate(last=Max("created"))["last"]
    return last if before is None or before <= last.announced_at else None


def _stays(move: CaseMove, target: Node | None, deliberating: frozenset[str]) -> bool:
    """Whether the item only goes to another step of the deliberation itself, from inside it: that passes nothing."""
    inside = target is not None and target.properties.get("stage") == _DELIBERATE
    return inside and all(origin in deliberating for origin in move.origin)


def _of_split(target: Node, entry: AgendaEntry | None) -> Verdict:
    """Where a split leads to is come to only with a split that still waits for it (R42)."""
    if entry is None or entry.outcome != AgendaEntry.Outcome.SPLIT:
        return refused(_("最近一次会议的结果不是双方有分歧，没有分歧需要处理。"), "no_split")
    routes = list(entry.split_choices.values_list("route", flat=True))
    up = routes.count(SplitChoice.Route.UP) == len(bodies_of(entry.sitting))
    if target.form == stages.SPLIT and (up or SplitChoice.Route.PLAN in routes):
        return refused(_("双方已商定这次分歧的去向，不能重新选择。"), "split_settled")
    if target.form == stages.SUPERIOR and not up:
        return refused(_("双方还没有一致同意报上级，不能登记上级裁定。请由双方班长先选定去向。"), "not_sent_up")
    if target.form == stages.SUPERIOR and ruling_of(entry) is not None:
        return refused(_("上级的裁定已经登记，不能重复登记。"), "ruled_already")
    return ALLOWED
