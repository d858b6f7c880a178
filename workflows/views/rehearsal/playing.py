"""The page a version is played on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from permissions import access, ids
from permissions.errors import Hidden
from permissions.models import User
from permissions.policies import may
from permissions.views.answers import attempt
from workflows import names, rehearsal
from workflows.actions import flow_test_record
from workflows.bpmn.drawing import draw, to_svg
from workflows.clock import now
from workflows.compiled import of_version
from workflows.engine import choices as enabled
from workflows.engine import listens
from workflows.models import DefinitionVersion, FlowTest
from workflows.playing.versions import Decider, flow_of, house_of
from workflows.playing.words import Telling, language, moment, value
from workflows.rehearsal import Act, Kind, Level, Stage
from workflows.views.rehearsal.cards import MOST_CARDS, Desk, held, keys_of
from workflows.views.rehearsal.script import Script, version_to_play
from workflows.views.rehearsal_forms import FURTHEST, ClockForm, RecordForm, StepForm, VariablesForm


@require_http_methods(["GET", "HEAD", "POST"])
def flow_rehearse(request: HttpRequest, pk: int) -> HttpResponse:
    """Play a version with chosen people, answers, votes and a moving clock. Nothing is written, except that a play is recorded as a
    test.

    The play is carried by the page itself; `?test=` opens a recorded one.
    """
    user = cast("User", request.user)
    version = version_to_play(request, pk, "flow_rehearse")
    flow = flow_of(version)
    if flow is None:
        return render(request, "workflows/rehearsal/unplayable.html", {"version": version})
    if request.method == "POST":
        script = Script.read(request.POST.get("play", ""), pk)
        if script is None:
            messages.error(request, _("这次演练接不上了，请重新开始。"))
            return redirect("flow_rehearse", pk)
    else:
        script = _opened(user, version, request.GET.get("test", ""))
    return _Page(request, version, flow, script).answer()


def _opened(user: User, version: DefinitionVersion, covered: str) -> Script:
    """The script a page begins with: an empty one on the next full hour, or a recorded play."""
    if covered:
        test = access.fetch(FlowTest, user, "view", ids.read(covered))
        if test.definition_id != version.definition_id:
            raise Hidden(_("没有找到这个测试。"))
        return Script(timezone.localtime(test.begins), rehearsal.acts_from_json(test.acts), test.pk)
    begins = timezone.localtime(now()).replace(minute=0, second=0, microsecond=0)
    return Script(begins)


class _Page:
    """One request of the rehearsal: takes the act that was asked for, and shows where it led."""

    def __init__(self, request: HttpRequest, version: DefinitionVersion, flow: rehearsal.Flow, script: Script) -> None:
        self.request = request
        self.user = cast("User", request.user)
        self.version = version
        self.flow = flow
        self.script = script
        self.telling = Telling(flow.process)
        decider = Decider()
        self.house = house_of(version, decider)
        self.desk = Desk(flow, version.definition.key, self.telling, decider)
        self.why = ""
        self.refused: Act | None = None
        self.status = 200
        self.forms: dict[str, forms.Form] = {}
        self._play()
        if self.played.refused is not None:
            # The draft has changed, or a decision: what can still be played is.
            self.why = _("第 %(n)s 步起和现在的流程图接不上：%(why)s") % {
                "n": len(self.played.stages),
                "why": self.telling.refused(self.played.refused),
            }
            self._cut(len(self.played.stages) - 1)

    @property
    def stage(self) -> Stage:
        return self.played.last

    def answer(self) -> HttpResponse:
        if self.request.method == "POST":
            done = self._do(self.request.POST.get("do", ""))
            if done is not None:
                return done
        return render(self.request, "workflows/rehearsal/play.html", self._context(), status=self.status)

    def _play(self) -> None:
        self.played = rehearsal.play(self.flow, self.script.acts, self.script.begins, self.house)
        self.telling.learn(self.played.processes(self.flow))

    # --- acts -----------------------------------------------------------------------------------------------------------

    def _do(self, do: str) -> HttpResponse | None:
        what, _colon, which = do.partition(":")
        if what == "undo" and which.isdigit():
            self._cut(min(int(which), len(self.script.acts)))
            self._play()
        elif what == "record":
            return self._record()
        elif (act := self._asked(what, which)) is not None:
            self._take(act)
        return None

    def _asked(self, what: str, which: str) -> Act | None:
        """The act that a button asks for; None where its form is not filled in right."""
        post = self.request.POST
        if what in {"complete", "vote", "fail", "back", "enter"}:
            return self._at_step(what, which)
        if what == "start":
            form = VariablesForm(data=post, prefix="start")
            self.forms["start"] = form
            return Act(Kind.START, which, variables=form.cleaned_data["variables"]) if self._valid(form) else None
        if what == "wait":
            return self._wait(which)
        if what == "enable":
            return Act(Kind.ENABLE, which)
        if what in {"message", "signal", "set"}:
            # What is sent in is typed into one field, whether it goes as a message or a signal.
            sent = "set" if what == "set" else "message"
            form = VariablesForm(data=post, prefix=sent)
            self.forms[sent] = form
            if not self._valid(form):
                return None
            path, _colon, name = which.partition(":")
            return Act(Kind(what), path, name=name, variables=form.cleaned_data["variables"])
        return None

    def _at_step(self, what: str, which: str) -> Act | None:
        keys = keys_of(self.stage)
        waiting = next((one for one in self.stage.open if keys[one.path] + str(one.opened.token) == which), None)
        if waiting is None:
            self._refuse(_("这一步已经不在等待。请看下面现在等待的环节。"))
            return None
        if what == "enter":
            return Act(Kind.ENTER, waiting.node, waiting.nth)
        form = self.desk.form(self.played, which, waiting, self.request.POST)
        self.forms[which] = form
        if what == "vote":
            return self._vote(form, waiting.node, waiting.nth)
        if not self._valid(form):
            return None
        given = form.cleaned_data
        by = given.get("by", "")
        roles = tuple(sorted(held(self.telling, by))) if what != "fail" and by else ()
        if what == "fail":
            return Act(Kind.FAIL, waiting.node, waiting.nth, name=given.get("code", ""), variables=given["variables"])
        if what == "back":
            return Act(Kind.BACK, waiting.node, waiting.nth, name=given.get("to", ""), by=by, roles=roles)
        return Act(Kind.COMPLETE, waiting.node, waiting.nth, variables=given["variables"], by=by, roles=roles)

    def _vote(self, form: StepForm, node: str, nth: int) -> Act | None:
        form.wants_votes()
        if not self._valid(form):
            return None
        given = form.cleaned_data
        return Act(Kind.COMPLETE, node, nth, variables=given["variables"], votes=given["votes"], rule=given["rule"])

    def _wait(self, which: str) -> Act | None:
        """To the next clock that rings, by some days, or to what was typed."""
        if which == "next" and self.stage.timers:
            return Act(Kind.WAIT, until=max(self.stage.timers[0].at, self.stage.now))
        if which.isdigit() and len(which) < 4:
            return Act(Kind.WAIT, until=self.stage.now + timedelta(days=int(which)))
        form = ClockForm(self.request.POST, prefix="clock")
        self.forms["clock"] = form
        if not self._valid(form):
            return None
        until: datetime = form.cleaned_data["until"]
        if until - self.script.begins > FURTHEST:
            form.add_error("until", _("请拨到十年以内。"))
            self.status = 422
            return None
        return Act(Kind.WAIT, until=timezone.localtime(until))

    def _take(self, act: Act) -> None:
        if len(self.script.acts) >= rehearsal.MOST_ACTS:
            self._refuse(_("一次演练最多 %(n)s 步。请录制下来，或从前面的一步重新走。") % {"n": rehearsal.MOST_ACTS})
            return
        acts = (*(stage.act for stage in self.played.stages if stage.act is not None), act)
        played = rehearsal.play(self.flow, acts, self.script.begins, self.house)
        if played.refused is not None:
            self._refuse(self.telling.refused(played.refused))
            self.refused = replace(act, refused=played.refused.code)
            return
        self.played, self.script = played, Script(self.script.begins, acts, self.script.test)
        self.telling.learn(played.processes(self.flow))
        # What was typed belongs to the step that is done.
        self.forms = {}

    def _record(self) -> HttpResponse | None:
        form = RecordForm(self.request.POST, prefix="record")
        self.forms["record"] = form
        status = attempt(
            form,
            lambda: flow_test_record(
                actor=self.user,
                version_id=self.version.pk,
                name=form.cleaned_data["name"],
                note=form.cleaned_data["note"],
                begins=self.script.begins,
                acts=self.script.acts,
                instead=form.cleaned_data["instead"],
            ),
        )
        if status == 303:
            messages.success(self.request, _("已录制为测试“%(name)s”") % {"name": form.cleaned_data["name"].strip()})
            return redirect("flow_tests", self.version.pk)
        self.status = status
        return None

    def _cut(self, length: int) -> None:
        self.script = Script(self.script.begins, self.script.acts[:length], self.script.test)

    def _valid(self, form: forms.Form) -> bool:
        if not form.is_valid():
            self.status = 422
            return False
        return True

    def _refuse(self, why: str) -> None:
        self.why, self.status = why, 422

    # --- the page -------------------------------------------------------------------------------------------------------

    def _context(self) -> dict[str, Any]:
        stage, process = self.stage, self.flow.process
        may_record = may(self.user, "flow_test_record", self.version)
        test = FlowTest.objects.filter(pk=self.script.test).first() if self.script.test else None
        starts = [node for node in process.nodes.values() if node.kind == "startEvent" and node.scope == process.id]
        clock = self.forms.get("clock") or ClockForm(prefix="clock", initial={"until": stage.now + timedelta(days=1)})
        record = self.forms.get("record") or RecordForm(
            prefix="record", initial={"name": test.name, "note": test.note, "instead": True} if test else None
        )
        levels = list(stage.levels(self.flow)) if stage.started and not stage.ended else []
        open_ = sum(not waiting.entered for waiting in stage.open)
        return {
            "version": self.version,
            "play": self.script.signed(self.version.pk),
            "must_fail": self._must_fail(),
            "test": test,
            "stage": stage,
            "why": self.why,
            "error_forms": [form for form in self.forms.values() if form.errors],
            "clock": moment(stage.now),
            "drawing": self._drawing(),
            "cards": self.desk.cards(self.played, self.forms),
            "open_count": open_,
            "more_open": max(open_ - MOST_CARDS, 0),
            "starts": [(node.id, self.telling.node(node.id)) for node in starts],
            "start_form": self.forms.get("start") or VariablesForm(prefix="start"),
            "clock_form": clock,
            "timers": [(moment(one.at), self.telling.node(one.node)) for one in stage.timers],
            "heard": [
                (one.kind, level.path, one.name, self._where(level)) for level in levels for one in _heard(level)
            ],
            "heard_form": self.forms.get("message") or VariablesForm(prefix="message"),
            "set_form": self.forms.get("set") or VariablesForm(prefix="set"),
            "enabled": [(one, self.telling.node(one)) for level in levels for one in _enabled(level)],
            "variables": [
                (level.path, self._where(level), [(name, value(found)) for name, found in _variables(level)])
                for level in levels or [Level("", "", self.flow, stage)]
            ],
            "called": [(self._where(level), level.name) for level in levels if level.path],
            "history": self._history(),
            "may_record": may_record,
            "record_form": record,
            "may_simulate": bool(may(self.user, "simulation_start", self.version)),
        }

    def _must_fail(self) -> str:
        """The play with the act that was refused as one that must be; "" where none was."""
        if self.refused is None:
            return ""
        return replace(self.script, acts=(*self.script.acts, self.refused)).signed(self.version.pk)

    def _where(self, level: Level) -> str:
        return self.telling.node(level.path) if level.path else ""

    def _history(self) -> list[dict[str, Any]]:
        return [
            {
                "n": number,
                "what": self.telling.act(stage.act),
                "who": self.telling.person(stage.act.by) if stage.act.by else "",
                "at": moment(stage.now),
                "came": self.telling.came(stage),
                "led": self.telling.led(stage),
            }
            for number, stage in enumerate(self.played.stages)
            if stage.act is not None
        ]

    def _drawing(self) -> SafeString:
        document = of_version(self.version.pk, self.version.sha256).document
        if not document.shapes:
            return mark_safe("")
        states: dict[str, str] = {}
        for stage in self.played.stages:
            for trace in stage.trace:
                states[trace.node] = "past"
                if trace.flow:
                    states[trace.flow] = "past"
        tokens = list(dict.fromkeys(waiting.opened.node for waiting in self.stage.open if not waiting.path))
        states.update(dict.fromkeys(tokens, "now"))
        drawing = draw(names.labelled(document), states=states, tokens=tokens, marker_id="rehearsal")
        # Before the start no step is in progress, done or to come.
        label = drawing.sentence(language()) or _("流程图")
        return mark_safe(to_svg(drawing, label=label))  # noqa: S308  (every word from the file is escaped there)


def _heard(level: Level) -> list[Any]:
    """What a flow would take if it were sent now."""
    if level.stage.ended:
        return []
    return list({(one.kind, one.name): one for one in listens(level.flow.graph, level.stage.marking)}.values())


def _enabled(level: Level) -> list[str]:
    """What of a flow's ad-hoc sub-processes can be begun now."""
    if level.stage.ended:
        return []
    return [level.path + one.node for one in enabled(level.flow.graph, level.stage.marking)]


def _variables(level: Level) -> list[tuple[str, Any]]:
    return sorted(level.stage.variables.items())
