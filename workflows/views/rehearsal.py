"""演练: a version played in the page, writing nothing, and the plays that were recorded as its tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from permissions import access, ids, roles
from permissions.errors import Hidden
from permissions.models import User
from permissions.policies import may
from permissions.views.answers import attempt
from workflows import deadlines, names, rehearsal
from workflows.actions import flow_test_record, flow_test_remove
from workflows.allowed import allowed
from workflows.bpmn.drawing import draw, to_svg
from workflows.clock import now
from workflows.compiled import of_version
from workflows.engine import choices as enabled
from workflows.engine import listens
from workflows.models import DefinitionKind, DefinitionVersion, FlowTest, VersionStatus
from workflows.playing.prompts import prompts_of
from workflows.playing.versions import Decider, flow_of, tried
from workflows.playing.words import Telling, kind_words, language, moment, value
from workflows.rehearsal import Act, Kind, Played, Stage, Waiting
from workflows.views.rehearsal_forms import FURTHEST, ClockForm, RecordForm, RemoveForm, StepForm, VariablesForm

_SALT = "workflows.rehearsal"
#: How many of several alike (the votes of one step) have a form each.
MOST_CARDS = 40


@dataclass(frozen=True, slots=True)
class Script:
    """What a page carries from one act to the next, signed: when the play began and what was done. `test` is the one it was
    opened from (0: none)."""

    begins: datetime
    acts: tuple[Act, ...] = ()
    test: int = 0

    def signed(self, version: int) -> str:
        data = {"v": version, "b": self.begins.isoformat(), "a": rehearsal.acts_to_json(self.acts), "t": self.test}
        return signing.dumps(data, salt=_SALT, compress=True)

    @classmethod
    def read(cls, text: str, version: int) -> Script | None:
        """None for what this house has not signed for this version."""
        try:
            data = signing.loads(text, salt=_SALT)
            acts = rehearsal.acts_from_json(data["a"])
            begins = timezone.localtime(datetime.fromisoformat(data["b"]))
        except (signing.BadSignature, KeyError, TypeError, ValueError):
            return None
        return cls(begins, acts, int(data["t"])) if data["v"] == version else None


@dataclass(frozen=True, slots=True)
class Card:
    """Something open, with the form that has it done."""

    waiting: Waiting
    id: str
    name: str
    kind: str
    who: str
    due: str
    values: str
    message: str
    form: StepForm | None


def version_to_play(request: HttpRequest, pk: int, act: str) -> DefinitionVersion:
    """The version of a flow this user may do `act` with. Raises `Hidden`, also for decisions, `Denied`."""
    rows = DefinitionVersion.objects.select_related("definition")
    version = access.fetch(rows, cast("User", request.user), act, pk)
    if version.definition.kind != DefinitionKind.FLOW:
        raise Hidden(_("决策表在它自己的页面上试算。"))
    return version


@require_http_methods(["GET", "HEAD", "POST"])
def flow_rehearse(request: HttpRequest, pk: int) -> HttpResponse:
    """Play a version with chosen people, answers and a moving clock. Nothing is written, except that a play is recorded as a test.

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
        self.decider = Decider()
        self.played: Played = rehearsal.play(flow, script.acts, script.begins, self.decider)
        self.why = ""
        self.status = 200
        self.forms: dict[str, forms.Form] = {}
        if self.played.refused is not None:
            # The draft has changed, or a decision: what can still be played is.
            self.why = _("第 %(n)s 步起和现在的流程图接不上：%(why)s") % {
                "n": len(self.played.stages),
                "why": self.telling.refused(self.played.refused),
            }
            self._cut(len(self.played.stages) - 1)
        self.people = self._people()

    @property
    def stage(self) -> Stage:
        return self.played.last

    def answer(self) -> HttpResponse:
        if self.request.method == "POST":
            done = self._do(self.request.POST.get("do", ""))
            if done is not None:
                return done
        return render(self.request, "workflows/rehearsal/play.html", self._context(), status=self.status)

    # --- acts -----------------------------------------------------------------------------------------------------------

    def _do(self, do: str) -> HttpResponse | None:
        what, _colon, which = do.partition(":")
        if what == "undo" and which.isdigit():
            self._cut(min(int(which), len(self.script.acts)))
            self.played = rehearsal.play(self.flow, self.script.acts, self.script.begins, self.decider)
        elif what == "record":
            return self._record()
        elif (act := self._asked(what, which)) is not None:
            self._take(act)
        return None

    def _asked(self, what: str, which: str) -> Act | None:
        """The act that a button asks for; None where its form is not filled in right."""
        post = self.request.POST
        if what in {"complete", "fail", "back"}:
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
            form = VariablesForm(data=post, prefix=what)
            self.forms[what] = form
            if not self._valid(form):
                return None
            name = which or post.get(f"{what}-name", "").strip()
            return Act(Kind(what), name=name, variables=form.cleaned_data["variables"])
        return None

    def _at_step(self, what: str, which: str) -> Act | None:
        waiting = next((one for one in self.stage.open if str(one.opened.token) == which), None)
        if waiting is None:
            self._refuse(_("这一步已经不在等待。请看下面现在等待的环节。"))
            return None
        form = self._form(waiting, self.request.POST)
        self.forms[which] = form
        if not self._valid(form):
            return None
        given, node = form.cleaned_data, waiting.opened.node
        by = given.get("by", "")
        held = tuple(sorted(self._held(by))) if what != "fail" and by else ()
        done = {"nth": waiting.nth, "by": by, "roles": held}
        if what == "fail":
            return Act(Kind.FAIL, node, waiting.nth, name=given.get("code", ""), variables=given["variables"])
        if what == "back":
            return Act(Kind.BACK, node, name=given.get("to", ""), **done)
        return Act(Kind.COMPLETE, node, variables=given["variables"], **done)

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
        played = rehearsal.play(self.flow, acts, self.script.begins, self.decider)
        if played.refused is not None:
            self._refuse(self.telling.refused(played.refused))
            return
        self.played, self.script = played, Script(self.script.begins, acts, self.script.test)
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
        heard = listens(self.flow.graph, stage.marking) if stage.started and not stage.ended else ()
        return {
            "version": self.version,
            "play": self.script.signed(self.version.pk),
            "test": test,
            "stage": stage,
            "why": self.why,
            "error_forms": [form for form in self.forms.values() if form.errors],
            "clock": moment(stage.now),
            "drawing": self._drawing(),
            "cards": [self._card(waiting) for waiting in stage.open[:MOST_CARDS]],
            "more_open": max(len(stage.open) - MOST_CARDS, 0),
            "starts": [(node.id, self.telling.node(node.id)) for node in starts],
            "start_form": self.forms.get("start") or VariablesForm(prefix="start"),
            "clock_form": clock,
            "timers": [(moment(one.at), self.telling.node(one.node)) for one in stage.timers],
            "heard": [(one.kind, one.name) for one in heard],
            "heard_form": self.forms.get("message") or VariablesForm(prefix="message"),
            "signal_form": self.forms.get("signal") or VariablesForm(prefix="signal"),
            "set_form": self.forms.get("set") or VariablesForm(prefix="set"),
            "enabled": [(one.node, self.telling.node(one.node)) for one in enabled(self.flow.graph, stage.marking)]
            if stage.started and not stage.ended
            else [],
            "variables": [(name, value(found)) for name, found in sorted(stage.variables.items())],
            "history": self._history(),
            "may_record": may_record,
            "record_form": record,
            "may_simulate": bool(may(self.user, "simulation_start", self.version)),
        }

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

    def _card(self, waiting: Waiting) -> Card:
        opened = waiting.opened
        node = self.flow.process.nodes[opened.node]
        due = deadlines.due_of(node, opened.due, waiting.since)
        form = None
        if opened.kind not in {"timer", "condition"}:
            form = cast("StepForm | None", self.forms.get(str(opened.token))) or self._form(waiting, None)
        locals_ = {name: found for name, found in opened.locals.items() if found is not None}
        return Card(
            waiting,
            str(opened.token),
            self.telling.node(opened.node),
            kind_words(opened.kind),
            self.telling.people(waiting.who),
            moment(due) if due is not None else "",
            _("、").join(f"{name} = {value(found)}" for name, found in locals_.items()),
            self.decider.reasons.get(node.id, "") or names.label(node.documentation),
            form,
        )

    def _form(self, waiting: Waiting, data: Any) -> StepForm:
        opened = waiting.opened
        node = self.flow.process.nodes[opened.node]
        asked = self.telling.people(waiting.who)
        first = ("", _("被请办的人（%(who)s）") % {"who": asked} if asked else _("任何人"))
        targets = [(key, self.telling.node(key)) for key in self._passed()] if allowed(node, "send_back") else []
        prompts = prompts_of(self.flow, node)
        return StepForm(opened.kind, prompts, [first, *self.people], targets, data, prefix=f"t{opened.token}")

    def _passed(self) -> list[str]:
        """The activities of people this play has come through, each once, in their order."""
        done = (one.node for stage in self.played.stages for one in stage.trace if one.kind == "completed")
        kinds = {"userTask", "manualTask", "receiveTask"}
        return [node for node in dict.fromkeys(done) if self.flow.process.nodes[node].kind in kinds]

    def _people(self) -> list[tuple[str, str]]:
        """Who can be chosen to do a step: every role, then everybody who holds one."""
        users = roles.holders(*self.telling.roles()).order_by("display_name", "username")
        found = sorted(self.telling.roles().items())
        return [*found, *((user.username, f"{user.label} · {user.username}") for user in users)]

    def _held(self, by: str) -> frozenset[str]:
        """The roles of whoever was chosen."""
        if by in self.telling.roles():
            return frozenset({by})
        user = User.objects.filter(username=by, is_active=True).first()
        return roles.of(user) if user is not None else frozenset()

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
        tokens = list(dict.fromkeys(waiting.opened.node for waiting in self.stage.open))
        states.update(dict.fromkeys(tokens, "now"))
        drawing = draw(names.labelled(document), states=states, tokens=tokens, marker_id="rehearsal")
        return mark_safe(to_svg(drawing, language=language()))  # noqa: S308  (every word from the file is escaped there)


# --- recorded plays -----------------------------------------------------------------------------------------------------


@require_safe
def flow_tests(request: HttpRequest, pk: int) -> HttpResponse:
    """The recorded plays of a flow, each played on this version now: what passes, what not, at which step and why."""
    user = cast("User", request.user)
    version = version_to_play(request, pk, "flow_rehearse")
    flow = flow_of(version)
    telling = Telling(flow.process) if flow is not None else None
    rows: list[Mapping[str, Any]] = []
    if telling is not None:
        for one in tried(version):
            acts = rehearsal.acts_from_json(one.test.acts)
            rows.append(
                {
                    "test": one.test,
                    "passed": one.verdict.passed,
                    "words": telling.verdict(one.verdict, acts),
                    "n": len(acts),
                }
            )
    context = {
        "version": version,
        "playable": flow is not None,
        "rows": rows,
        "failed": sum(not row["passed"] for row in rows),
        "is_draft": version.status == VersionStatus.DRAFT,
        "may_remove": bool(may(user, "flow_test_record", version)),
    }
    return render(request, "workflows/rehearsal/tests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def flow_test_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then take a recorded play away; its versions stay."""
    user = cast("User", request.user)
    test = access.fetch(FlowTest.objects.select_related("definition"), user, "flow_test_remove", pk)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: flow_test_remove(actor=user, test_id=pk, reason=form.cleaned_data["reason"]))
        if status == 303:
            messages.success(request, _("已删去测试“%(name)s”") % {"name": test.name})
            return redirect(_newest(test))
    return render(
        request, "workflows/rehearsal/remove.html", {"test": test, "form": form, "back": _newest(test)}, status=status
    )


def _newest(test: FlowTest) -> str:
    """The tests of the flow's newest version."""
    newest = test.definition.versions.order_by("-number").values_list("pk", flat=True).first()
    return reverse("flow_tests", args=[newest])
