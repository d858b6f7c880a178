"""What a flow may reach for by name: handlers of service tasks, pages of user tasks, and those who listen to a case's end.

Higher floors fill these tables when they are loaded; the engine never imports them. A name nobody has registered is refused
when a flow is published, so a running case cannot meet one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from django.urls import reverse

from workflows.bpmn.deadline.model import Weekdays, WorkingDays

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from permissions.models import User
    from workflows.models import Case, CaseTask, StepFile
    from workflows.rehearsal import Counted, Votes


class JobHandler(Protocol):
    """The work of a service task: reads the case, writes what it must, returns variables for the case."""

    def __call__(
        self, *, case: Case, task: CaseTask, variables: Mapping[str, Any], now: datetime
    ) -> Mapping[str, Any] | None: ...


class StepListener(Protocol):
    """Hears of a step that somebody has completed."""

    def __call__(self, case: Case, task: CaseTask, values: Mapping[str, Any], actor: User, /) -> bool: ...


class BpmnError(Exception):
    """Raised by a handler whose work has an outcome that the diagram provides for: the nearest error event of this `code`
    around the task catches it, and `variables` go where the event takes them (BPMN 2.0 §10.5.1).

    What the handler has written to this database is undone; the step is not: it goes on by the event in the same transaction.
    Where nothing catches it the case stands where it stood, as with any other failure.
    """

    def __init__(self, code: str, message: str = "", variables: Mapping[str, Any] | None = None) -> None:
        super().__init__(message or code)
        self.code = code
        self.variables: Mapping[str, Any] = dict(variables or {})


@dataclass(frozen=True, slots=True)
class Handler:
    """A registered handler. `inline` ones run in the transaction that reached them, others in the background worker.

    A background handler runs at least once and in one transaction with the step it completes: what it writes to this
    database happens exactly once, what it does outside needs a key of its own against doing it twice.
    """

    name: str
    run: JobHandler
    inline: bool
    label: Any = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of cases that conditions may ask for: its name, kind (``boolean``, ``number``, ``text``, ``choice``), what it is
    called (translated), and the values of a choice."""

    name: str
    kind: str
    label: Any
    options: tuple[str, ...] = ()


class VotingBody(NamedTuple):
    """A body that votes: its code, what it is called, and how many of its seats vote today."""

    code: str
    label: str
    seats: int


class Ballots(Protocol):
    """How the house votes on what a message brings the result of, for those who play it."""

    def bodies(self) -> Sequence[VotingBody]:
        """Every body that votes, each on its own."""

    def rules(self, flow: str) -> Sequence[tuple[str, str]]:
        """The rule sets votes can be counted by: code and name, what the flow of that key is usually decided by first."""

    def count(self, rule: str, votes: Mapping[str, Votes]) -> Counted | None:
        """What comes of the votes of each body; None where the rule set or a body is not known, or nobody is due."""


_handlers: dict[str, Handler] = {}
_ballots: dict[str, Ballots] = {}
_forms: dict[str, Callable[[CaseTask], str]] = {}
_form_labels: dict[str, Any] = {}
_variables: dict[str, tuple[Variable, ...]] = {}
_subjects: dict[str, Callable[[Case], str]] = {}
_file_out: list[Callable[[HttpRequest, Case, StepFile], HttpResponseBase | None]] = []
_case_end: list[Callable[[Case], None]] = []
_case_resume: list[Callable[[Case], None]] = []
_step_done: list[StepListener] = []
_calendar: list[Callable[[], WorkingDays]] = [Weekdays]


def handler(name: str, *, inline: bool = False, label: Any = "") -> Callable[[JobHandler], JobHandler]:
    """Register the callable for service tasks of this ``zeebe:taskDefinition`` type; `label` is what designers choose it by."""

    def register(function: JobHandler) -> JobHandler:
        if name in _handlers:
            raise ValueError(f"a handler is already called {name}")
        _handlers[name] = Handler(name, function, inline, label)
        return function

    return register


def form(key: str, label: Any = "") -> Callable[[Callable[[CaseTask], str]], Callable[[CaseTask], str]]:
    """Register the page of user tasks with this form key: a function from the task to the address to do it at. `label` is what
    designers choose it by."""

    def register(function: Callable[[CaseTask], str]) -> Callable[[CaseTask], str]:
        if key in _forms:
            raise ValueError(f"a form is already called {key}")
        _forms[key] = function
        _form_labels[key] = label
        return function

    return register


def on_case_end(function: Callable[[Case], None]) -> Callable[[Case], None]:
    """Call `function` with every case that has come to its end, inside the transaction that ended it."""
    _case_end.append(function)
    return function


def on_case_resume(function: Callable[[Case], None]) -> Callable[[Case], None]:
    """Call `function` with every case that goes on after a pause, inside the transaction that resumed it: for what was kept."""
    _case_resume.append(function)
    return function


def on_step_done(function: StepListener) -> StepListener:
    """Call `function` with a case, the task somebody has just completed in it, their answers and themselves, inside that transaction.
    It returns whether it has written to the log of what the case is about: the case's entry then goes on top of that."""
    _step_done.append(function)
    return function


def ballots(message: str, found: Ballots) -> None:
    """Say how the house votes on what the message of this name brings the result of."""
    _ballots[message] = found


def ballots_on(message: str | None) -> Ballots | None:
    """How the house votes on what this message brings; None where it does not."""
    return _ballots.get(message or "")


def working_days(function: Callable[[], WorkingDays]) -> Callable[[], WorkingDays]:
    """Register the house's calendar of working days, asked anew each time something is counted by it."""
    _calendar[:] = [function]
    return function


def calendar() -> WorkingDays:
    """The house's working days; Monday to Friday where nobody has registered a calendar."""
    return _calendar[0]()


def subject(kind: str) -> Callable[[Callable[[Case], str]], Callable[[Case], str]]:
    """Register the page of what cases are about: `kind` is what their `subject` begins with (``item`` of ``item:12``), the
    function leads from the case to an address.
    """

    def register(function: Callable[[Case], str]) -> Callable[[Case], str]:
        _subjects[kind] = function
        return function

    return register


def file_out(
    function: Callable[[HttpRequest, Case, StepFile], HttpResponseBase | None],
) -> Callable[[HttpRequest, Case, StepFile], HttpResponseBase | None]:
    """Register who gives out the files of steps in cases about what it knows, where they leave under other rules (a watermark, a
    record of who read them). The reader may have the file by then; None leaves it to the next, and in the end to the plain way.
    """
    _file_out.append(function)
    return function


def file_answer(request: HttpRequest, case: Case, row: StepFile) -> HttpResponseBase | None:
    """The answer with a step's file that what the case is about wants; None where it has no wish."""
    answers = (give(request, case, row) for give in _file_out)
    return next((answer for answer in answers if answer is not None), None)


def subject_url(case: Case) -> str:
    """The page of what a case is about; empty where nobody has one."""
    page = _subjects.get(case.subject.partition(":")[0])
    return page(case) if page else ""


def handler_of(name: str) -> Handler | None:
    """The handler of this name, None where there is none."""
    return _handlers.get(name)


def form_url(task: CaseTask) -> str:
    """Where to do this task: the page of its form, or the general page of a step."""
    page = _forms.get(task.form)
    return page(task) if page else reverse("step", args=[task.pk])


def has_form(key: str) -> bool:
    """Is there a page of this key?"""
    return key in _forms


def gives(source: str, *variables: Variable) -> None:
    """Say which variables a flow has once it has come by `source`: ``form:<key>`` of a user task, ``message:<name>`` it received,
    or ``case:<what it is about>`` from its beginning."""
    _variables[source] = variables


def given_by(source: str) -> tuple[Variable, ...]:
    """The variables registered for a source."""
    return _variables.get(source, ())


def sources_of_variables() -> tuple[str, ...]:
    """Every source variables are registered for."""
    return tuple(_variables)


def forms() -> dict[str, str]:
    """Every registered form: key → what designers choose it by."""
    return {key: str(label) or key for key, label in _form_labels.items()}


def jobs() -> dict[str, str]:
    """Every registered handler: name → what designers choose it by."""
    return {name: str(found.label) or name for name, found in _handlers.items()}


def case_ended(case: Case) -> None:
    """Tell all listeners."""
    for listener in _case_end:
        listener(case)


def step_done(case: Case, task: CaseTask, values: Mapping[str, Any], actor: User) -> bool:
    """Tell all listeners; whether any of them has written to the log of what the case is about."""
    wrote = [listener(case, task, values, actor) for listener in _step_done]
    return any(wrote)


def case_resumed(case: Case) -> None:
    """Tell all listeners."""
    for listener in _case_resume:
        listener(case)
