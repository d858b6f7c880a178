"""The names in a diagram, in the reader's language.

A diagram is drawn in the office's own words. Those of the flows that ship are message ids, as all Chinese text is
(docs/adr/0003); a name that nobody has translated is shown as it is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from time import monotonic
from types import MappingProxyType
from typing import Final

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from workflows.bpmn.model import Document, Process

#: Every name in `workflows/library`, the names those flows and decisions are kept under, and what they say of their steps.
SHIPPED: Final = (
    _("联合决策"),
    _("联合决策（人事）"),
    _("联合人事决策"),
    _("镇党委"),
    _("示范区党组"),
    _("双方联合"),
    _("提出议题"),
    _("提出人选"),
    _("党委确认"),
    _("党组确认"),
    _("编制方案"),
    _("考察材料"),
    _("征求意见"),
    _("会前酝酿"),
    _("合法性审查"),
    _("资格审查"),
    _("列入议程"),
    _("联席会议审议"),
    _("联席会议逐人表决"),
    _("党委会签"),
    _("党组会签"),
    _("交办执行"),
    _("办理任免"),
    _("均确认？"),
    _("合法？"),
    _("符合？"),
    _("都通过？"),
    _("是"),
    _("未确认，退回"),
    _("不合法"),
    _("不符合"),
    _("暂缓，重新列入"),
    _("未通过，退回共谋"),
    _("未通过，退回考察"),
    _("双方有分歧"),
    _("处理分歧"),
    _("报上级？"),
    _("退回共谋"),
    _("退回考察"),
    _("登记上级裁定"),
    _("如何裁定？"),
    _("同意"),
    _("不同意"),
    _("退回重议"),
    _("不予实施"),
    _("一方通过、一方未通过。双方主要负责同志商定去向：退回共谋，或一致同意报上级裁定（R42）。"),
    _("报上级后登记上级的书面裁定。裁定不是表决，单独记录（R42）。"),
    _("追认紧急决定"),
    _("少数人临机作出的紧急决定，由下一次联席会议追认（R26）。双方都通过才算追认；未获追认的，写明如何处理。"),
    _("列入下一次联席会议议程追认（R26）。"),
    _("联席会议追认"),
    _("双方在一次会议上各自表决是否追认，公布结果后继续。"),
    _("都追认？"),
    _("未获追认"),
    _("写明未获追认的处理"),
    _("未获追认的，写明已采取的措施如何停止、纠正，责任如何处理。"),
    _("已追认"),
    _("未追认"),
    _("议题由双方共提、共谋、共商，经双方会签后执行。两个领导班子各自表决，都通过才算通过。"),
    _("主办方与共同提出方写明议题，提交双方秘书确认。"),
    _("镇党委秘书代表本方确认议题，或说明理由退回（R12）。"),
    _("示范区党组秘书代表本方确认议题，或说明理由退回（R12）。"),
    _("双方共同编制方案，每次修改留存版本。"),
    _("征求各方意见，逐条写明是否采纳及理由。"),
    _("合法性审查，结论不合法的退回修改方案（R4）。"),
    _("列入联席会议议程，材料齐备方可列入（R3）。"),
    _("双方在一次会议上各自表决，公布结果后继续。"),
    _("镇党委主要负责同志签署同一份文件（R45）。"),
    _("示范区党组主要负责同志签署同一份文件（R45）。"),
    _("确定承办单位，交办执行。"),
    _("人事议题由双方共提、会前酝酿、逐人表决，经双方会签后办理。到会须达到三分之二，一人一表决。"),
    _("提出人选和理由，提交双方秘书确认。"),
    _("镇党委秘书代表本方确认人选，或说明理由退回（R12）。"),
    _("示范区党组秘书代表本方确认人选，或说明理由退回（R12）。"),
    _("双方共同形成考察材料，每次修改留存版本。"),
    _("会前酝酿，记录各方意见，不产生表决票（R10）。"),
    _("审查任职资格和任免程序，不符合的退回补充考察。"),
    _("到会须达到三分之二（R14），逐人表决（R18），公布结果后继续。"),
    _("按决议办理任免手续。"),
    _("资金事项分级"),
    _("资金事项由谁决定"),
    _("一笔资金按金额和是否涉及双方，由谁决定，是否先作合法性审查？"),
    _("金额（万元）"),
    _("涉及双方"),
    _("由谁决定"),
    _("说明"),
    _("承办单位按预算办理"),
    _("本方领导班子决定"),
    _("联席会议决定"),
    _("联席会议决定，先作合法性审查"),
    _("一个项目按金额，走哪个流程，必备哪些材料，用哪套规则？"),
    _("一笔资金按金额，走哪个流程，必备哪些材料，用哪套规则？"),
    _("事项分级"),
    _("大额资金分级"),
    _("必备材料"),
    _("流程"),
    _("规则集"),
    _("重大项目分级"),
    _("特别重大：再加专家论证，到会人数须达到三分之二"),
    _("特别重大：到会人数须达到三分之二"),
    _("超过限额：加合法性审查，只能由联席会议表决决定"),
    _("超过限额：加风险评估，只能由联席会议表决决定"),
    _("金额较大：再加公众意见和专家论证"),
    _("金额较大：再加风险评估"),
    _("限额以内：方案和合法性审查"),
    _("限额以内：方案和资金测算"),
    _("须经会议表决"),
)


#: So long the words of packs are taken as they were read, in seconds: another process may have changed them.
WORDS_LAST: Final = 10.0
_of_packs: dict[str, tuple[float, Mapping[str, str]]] = {}


def label(name: str) -> str:
    """A name or a note from a diagram or a pack as the reader knows it; nothing for nothing."""
    if not name:
        return ""
    found = gettext(name)
    language = get_language() or ""
    # Packs are written in the office's own language; a word of theirs is looked up where the house itself has none for it.
    return found if found != name or language.startswith("zh") else _words_of_packs(language).get(name, name)


def forget() -> None:
    """Read the words of packs anew: somebody has changed them here."""
    _of_packs.clear()


def _words_of_packs(language: str) -> Mapping[str, str]:
    read_at, words = _of_packs.get(language, (0.0, {}))
    if not read_at or monotonic() - read_at > WORDS_LAST:
        from workflows.models import Pack

        words = {}
        for texts in Pack.objects.values_list("texts", flat=True):
            words |= texts.get(language.partition("-")[0], {})
        _of_packs[language] = (monotonic(), words)
    return words


def labelled(document: Document) -> Document:
    """The same diagram with every name as the reader knows it, for drawing. What runs is never taken from it."""
    return replace(
        document,
        processes=tuple(_process(process) for process in document.processes),
        names=_labels(document.names),
        participants=tuple(replace(pool, name=label(pool.name)) for pool in document.participants),
    )


def _process(process: Process) -> Process:
    return replace(
        process,
        nodes=MappingProxyType({key: replace(node, name=label(node.name)) for key, node in process.nodes.items()}),
        flows=MappingProxyType({key: replace(flow, name=label(flow.name)) for key, flow in process.flows.items()}),
        lanes=MappingProxyType({key: replace(lane, name=label(lane.name)) for key, lane in process.lanes.items()}),
    )


def _labels(names: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({key: label(name) for key, name in names.items()})
