"""The words of rehearsals: what was done, what waits, why not, and how a recorded play went."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from permissions.models import Role, User
from workflows import feel, names
from workflows.bpmn.messages import word
from workflows.bpmn.model import Process
from workflows.models import TaskKind
from workflows.rehearsal import Act, Kind, Refused, Stage, Thrown, Verdict, Waits

_REFUSALS: Mapping[str, Any] = {
    "not_started": gettext_lazy("请先开始演练。"),
    "started": gettext_lazy("演练已经开始。要重新开始，请先退回到最前。"),
    "ended": gettext_lazy("这次演练已经走到终点。要换一种走法，请退回到前面的一步。"),
    "not_open": gettext_lazy("“%(node)s”现在没有待办，请从等待办理的环节中选择。"),
    "not_waiting": gettext_lazy("现在没有环节在等它，请从等待办理的环节中选择。"),
    "not_asked": gettext_lazy("“%(node)s”由%(who)s办理，所选的人没有这个角色。请换一位办理人。"),
    "backwards": gettext_lazy("时钟只能往后拨。要回到以前，请退回到前面的一步。"),
    "no_moment": gettext_lazy("请填写要拨到的时间。"),
    "not_counted": gettext_lazy("“%(node)s”不能这样计票。请选择规则集，填写每个班子的票数。"),
    "no_called": gettext_lazy("“%(node)s”要调用流程“%(called)s”，它没有可用的版本。请先发布它，或直接填写它的结果。"),
    "entered": gettext_lazy("“%(node)s”调用的流程已经开始演练，请办理它里面等待的环节。"),
    "not_entered": gettext_lazy("“%(node)s”调用的流程还没有开始演练。"),
    "not_refused": gettext_lazy("录制时这一步被拒绝，现在可以办。"),
    "too_many_timers": gettext_lazy("这段时间里定时要响 %(most)s 次以上，请一次少拨一些。"),
    "too_many_decisions": gettext_lazy("流程反复要作同一个决策，停不下来。请核对流程图。"),
    "no_outgoing_flow": gettext_lazy("在“%(node)s”之后没有一条路线符合条件。请核对条件和填写的变量。"),
    "uncaught_error": gettext_lazy("“%(node)s”报错，图上没有处理这个错误的路线。"),
    "step_limit": gettext_lazy("流程在“%(node)s”处循环不止。请核对流程图。"),
    "no_start": gettext_lazy("流程有几个开始事件，请选一个开始。"),
    "no_such_node": gettext_lazy("流程图上没有“%(node)s”这一步。"),
    "not_enabled": gettext_lazy("“%(node)s”现在不能开始，请先办完正在办的一步。"),
    "not_before": gettext_lazy("“%(node)s”不在这一步之前，不能退回到那里。"),
    "bad_expression": gettext_lazy("“%(node)s”的表达式算不出可用的值。请核对表达式和填写的变量。"),
}
_OTHER_REFUSAL = gettext_lazy("流程在“%(node)s”处不能继续（%(code)s）。")


def language() -> str:
    """As the drawings and the checker call it."""
    return "en" if (get_language() or "").startswith("en") else "zh-hans"


class Telling:
    """Words of plays of one process; the names of roles and people are asked of the database once. `processes` are those of the
    flows it has called, as `Played.processes` has them."""

    def __init__(self, process: Process, processes: Mapping[str, Process] | None = None) -> None:
        self._processes = {**(processes or {}), "": process}
        self._roles: dict[str, str] | None = None
        self._people: dict[str, str] = {}

    # --- elements and people --------------------------------------------------------------------------------------------

    def node(self, node: str) -> str:
        """What people call an element; inside a called flow after the call: “上会 › 表决”."""
        *calls, last = node.split("/")
        found, path = [], ""
        for call in calls:
            step, _hash, nth = call.partition("#")
            label = self._label(path, step)
            found.append(_("%(node)s（第 %(n)s 份）") % {"node": label, "n": int(nth) + 1} if nth.isdigit() else label)
            path += f"{call}/"
        if last:
            found.append(self._label(path, last))
        return " › ".join(found)

    def _label(self, path: str, node: str) -> str:
        process = self._processes.get(path)
        found = process.nodes.get(node) if process is not None else None
        return (names.label(found.name) or word(found.kind, language())) if found is not None else node

    def learn(self, processes: Mapping[str, Process]) -> None:
        """Know the called flows of a play as well."""
        self._processes = {**processes, "": self._processes[""]}

    def roles(self) -> Mapping[str, str]:
        """Every role's key and name."""
        if self._roles is None:
            self._roles = {role.key: role.label for role in Role.objects.select_related("body", "group")}
        return self._roles

    def person(self, key: str) -> str:
        """The name of a role or of an account; what is neither is shown as it stands."""
        if key in self.roles():
            return self.roles()[key]
        if key not in self._people:
            user = User.objects.filter(username=key).first()
            self._people[key] = user.label if user is not None else key
        return self._people[key]

    def people(self, who: Iterable[str]) -> str:
        """Whom a step asks."""
        return _("、").join(map(self.person, who))

    def waits(self, waits: Waits) -> str:
        """Something open, and whom it asks."""
        who = self.people(waits.who)
        return (
            _("“%(node)s”（%(who)s）") % {"node": self.node(waits.node), "who": who} if who else self.quoted(waits.node)
        )

    def quoted(self, node: str) -> str:
        return _("“%(node)s”") % {"node": self.node(node)}

    # --- acts -----------------------------------------------------------------------------------------------------------

    def act(self, act: Act) -> str:
        """What was done."""
        node = self.node(act.node)
        if act.kind is Kind.START:
            return _("开始")
        if act.kind is Kind.COMPLETE:
            return (_("“%(node)s”表决") if act.votes else _("“%(node)s”办完")) % {"node": node}
        if act.kind is Kind.ENTER:
            return _("进入“%(node)s”调用的流程") % {"node": node}
        if act.kind is Kind.FAIL:
            return _("“%(node)s”报错“%(code)s”") % {"node": node, "code": act.name}
        if act.kind is Kind.WAIT:
            return _("时钟拨到 %(moment)s") % {"moment": moment(act.until)}
        if act.kind is Kind.MESSAGE:
            return self._inside(act, _("收到消息“%(name)s”") % {"name": act.name})
        if act.kind is Kind.SIGNAL:
            return self._inside(act, _("收到信号“%(name)s”") % {"name": act.name})
        if act.kind is Kind.SET:
            return self._inside(act, _("修改变量"))
        if act.kind is Kind.ENABLE:
            return _("开始“%(node)s”") % {"node": node}
        return _("“%(node)s”退回到“%(to)s”") % {
            "node": node,
            "to": self.node(f"{act.node.rpartition('/')[0]}/{act.name}".lstrip("/")),
        }

    def _inside(self, act: Act, what: str) -> str:
        """What happens to a whole called flow, with where it is called."""
        return _("%(node)s：%(what)s") % {"node": self.node(act.node), "what": what} if act.node else what

    def came(self, stage: Stage) -> list[str]:
        """What else happened with an act: clocks that rang, decisions made, what was sent."""
        found = [
            _("%(moment)s “%(node)s”到时") % {"moment": moment(one.at), "node": self.node(one.node)}
            for one in stage.fired
        ]
        found += [
            _("“%(node)s”得出 %(values)s") % {"node": self.node(one.node), "values": values(one.variables)}
            for one in stage.made
        ]
        found += [sentence for one in stage.counted for sentence in one.sentences]
        return [*found, *map(thrown, stage.thrown)]

    def led(self, stage: Stage) -> str:
        """Where an act led."""
        if stage.refused is not None:
            return _("应当拒绝：%(why)s") % {"why": self.refused(stage.refused)}
        if stage.ended:
            return _("流程到达终点")
        return self.several(stage.waits())

    def several(self, waits: Iterable[Waits]) -> str:
        """All that is open."""
        return _("、").join(map(self.waits, waits)) or _("没有环节在等待")

    def refused(self, refused: Refused) -> str:
        """Why an act could not be done."""
        who = refused.params.get("who")
        filled = {
            "node": self.node(refused.node),
            "code": refused.code,
            "most": refused.params.get("most", ""),
            "who": self.people(who) if isinstance(who, tuple) else "",
            "called": refused.params.get("called", ""),
        }
        return str(_REFUSALS.get(refused.code, _OTHER_REFUSAL) % filled)

    # --- recorded plays -------------------------------------------------------------------------------------------------

    def verdict(self, verdict: Verdict, acts: tuple[Act, ...]) -> str:
        """How a recorded play went, as a sentence."""
        self.learn(verdict.processes)
        if verdict.passed:
            return _("%(n)s 步都和录制时一样。") % {"n": verdict.acts}
        if verdict.at is None:
            return _("这个测试没有步骤。请重新录制。")
        step = {"n": verdict.at + 1, "act": self.act(acts[verdict.at])}
        return _("第 %(n)s 步（%(act)s）：") % step + self._why(verdict)

    def _why(self, verdict: Verdict) -> str:
        if verdict.refused is not None:
            return self.refused(verdict.refused)
        if verdict.what == "open":
            there = {"wanted": self.several(verdict.wanted), "got": self.several(verdict.got)}
            return _("录制时接着等待%(wanted)s，现在是%(got)s。") % there
        if verdict.what == "ended":
            return _("录制时流程到此结束，现在没有。") if verdict.wanted else _("录制时流程没有结束，现在到此结束。")
        if verdict.what == "thrown":
            told = {"wanted": _thrown(verdict.wanted), "got": _thrown(verdict.got)}
            return _("录制时发出%(wanted)s，现在发出%(got)s。") % told
        return _("录制时算出 %(wanted)s，现在是 %(got)s。") % {
            "wanted": values(verdict.wanted),
            "got": values(verdict.got),
        }


_KINDS: Mapping[str, Any] = {
    "message": gettext_lazy("发出消息“%(name)s”"),
    "signal": gettext_lazy("发出信号“%(name)s”"),
    "escalation": gettext_lazy("上报“%(name)s”"),
    "error": gettext_lazy("报错“%(name)s”"),
}
_WAITS: Mapping[str, Any] = {
    **{kind.value: kind.label for kind in TaskKind},
    "human": gettext_lazy("由人办理"),
    "job": gettext_lazy("由系统办理"),
    "call": gettext_lazy("等待调用的流程"),
    "decision": gettext_lazy("等待决策结果"),
}


def kind_words(kind: str) -> str:
    """What something open waits for."""
    return str(_WAITS.get(kind, kind))


def thrown(one: Thrown) -> str:
    """What the case has sent."""
    return str(_KINDS[one.kind] % {"name": one.name})


def _thrown(several: Iterable[Thrown]) -> str:
    return _("、").join(_("“%(node)s”") % {"node": one.name} for one in several) or _("无")


def moment(at: datetime | None) -> str:
    """A moment of the play's own clock, to the minute, always with its date."""
    return date_format(timezone.localtime(at), "Y-m-d H:i") if at is not None else ""


def values(variables: Mapping[str, Any]) -> str:
    """Variables as FEEL would have them: ``amount = 120``."""
    return _("、").join(f"{name} = {value(found)}" for name, found in sorted(variables.items()))


def value(found: Any) -> str:
    """One value, short."""
    text = json.dumps(feel.to_json(found), ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:79]}…"
