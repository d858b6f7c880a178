"""What the pages of the planning room show: clauses with what is said about them, versions, comparisons, and merges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from decisions import stages
from decisions.models import ClauseComment, Item, Plan, Suggestion
from decisions.policies.items import side_of
from decisions.rules import clauses as rules
from decisions.rules.clauses import Change, Clause
from decisions.rules.merging import Merge, Merged, Source
from decisions.selectors.plans import Version, clauses_of, versions
from permissions import roles
from permissions.look import Line, compare
from permissions.models import Body, Role, User
from permissions.policies import may, role_key

#: Nothing is folded away within a clause.
_WHOLE = 10**6


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment with its answers; `may_settle`: this user may mark it as resolved, or open it again."""

    first: ClauseComment
    replies: tuple[ClauseComment, ...]
    may_settle: bool


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion as the rows that tell it from the text it changes."""

    row: Suggestion
    lines: tuple[Line, ...]
    may_answer: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause with everything said about it. `number` counts from 1; None for one that is no longer in the plan."""

    clause: Clause
    number: int | None
    threads: tuple[Thread, ...] = ()
    suggestions: tuple[Suggested, ...] = ()

    @property
    def waiting(self) -> int:
        """How many threads and suggestions still wait."""
        threads = sum(thread.first.resolved_at is None for thread in self.threads)
        return threads + sum(one.row.state == Suggestion.State.OPEN for one in self.suggestions)

    @property
    def said(self) -> int:
        """How many comments and suggestions there are in all."""
        return sum(1 + len(thread.replies) for thread in self.threads) + len(self.suggestions)


@dataclass(frozen=True, slots=True)
class Difference:
    """One clause in two texts, ready to be shown."""

    row: rules.Row
    lines: tuple[Line, ...]

    @property
    def kind(self) -> str:
        return self.row.change.value

    @property
    def title(self) -> str:
        clause = self.row.new or self.row.old
        return clause.title if clause is not None else ""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the list of a plan's versions. `may_contest`: this user's side may hold that it changed substance (R29)."""

    version: Version
    before: Version | None
    may_contest: bool = False
    may_uncontest: bool = False


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A clause to be merged: what each side did to it as rows, and what can be chosen where both did different things."""

    row: Merged
    theirs: tuple[Line, ...] = ()
    mine: tuple[Line, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    picked: str = ""
    text: Clause | None = None

    @property
    def source(self) -> str:
        return self.row.source.value

    @property
    def word(self) -> str:
        """Who changed the clause, in words."""
        gone = self.row.result is None
        return {
            Source.BASE: _("未改动"),
            Source.MINE: _("您删去的") if gone else _("您改的"),
            Source.THEIRS: _("对方删去的") if gone else _("对方改的"),
            Source.BOTH: _("双方都删去") if gone else _("双方的修改已合在一起"),
            Source.CONFLICT: _("双方改得不同，请您选定"),
        }[self.row.source]


def clause_views(plan: Plan, actor: User, open_forms: Iterable[str]) -> list[ClauseView]:
    """The clauses of a plan in order, then those that are gone and of which something was said."""
    forms = list(open_forms)
    writer = bool(may(actor, "plan_save", plan.item))
    can = {
        act: bool(may(actor, act, plan.item)) and not stages.why_not(act, plan.item.phase, forms)
        for act in ("comment_settle", "suggestion_accept", "suggestion_decline", "suggestion_withdraw")
    }
    comments = list(ClauseComment.objects.filter(plan=plan).select_related("by", "body", "resolved_by"))
    replies: dict[int, list[ClauseComment]] = {}
    for comment in comments:
        if comment.parent_id is not None:
            replies.setdefault(comment.parent_id, []).append(comment)
    threads: dict[str, list[Thread]] = {}
    for first in comments:
        if first.parent_id is None:
            settles = can["comment_settle"] and (writer or first.by_id == actor.pk)
            threads.setdefault(first.clause, []).append(Thread(first, tuple(replies.get(first.pk, ())), settles))
    suggested: dict[str, list[Suggested]] = {}
    for row in Suggestion.objects.filter(plan=plan).select_related("by", "body", "answered_by"):
        waits = row.state == Suggestion.State.OPEN
        answers = waits and (can["suggestion_accept"] or can["suggestion_decline"])
        withdraws = waits and can["suggestion_withdraw"] and row.by_id == actor.pk
        shown = Suggested(row, suggestion_lines(row), answers, withdraws)
        suggested.setdefault(row.clause, []).append(shown)
    standing = clauses_of(plan)
    found = [_view(clause, number, threads, suggested) for number, clause in enumerate(standing, 1)]
    gone = (threads.keys() | suggested.keys()) - {clause.id for clause in standing}
    last = {clause.id: clause for version in reversed(versions(plan)) for clause in version.clauses} if gone else {}
    return [*found, *(_view(last.get(one, Clause(one, "", "")), None, threads, suggested) for one in sorted(gone))]


def _view(
    clause: Clause, number: int | None, threads: dict[str, list[Thread]], suggested: dict[str, list[Suggested]]
) -> ClauseView:
    return ClauseView(clause, number, tuple(threads.get(clause.id, ())), tuple(suggested.get(clause.id, ())))


def suggestion_lines(row: Suggestion) -> tuple[Line, ...]:
    """A suggestion beside the text it was made from."""
    base = Clause(row.clause, row.base["title"], row.base["body"])
    return clause_lines(base, Clause(row.clause, row.title, row.text))


def version_lines(plan: Plan, actor: User, open_forms: Iterable[str]) -> list[VersionLine]:
    """The versions of a plan, newest first, each with the one before it."""
    found = versions(plan)
    can = bool(may(actor, "wording_contest", plan.item)) and not stages.why_not(
        "wording_contest", plan.item.phase, list(open_forms)
    )
    mine = {body.pk for body in Body.objects.all() if roles.holds(actor, role_key(Role.Code.SECRETARY, body))}
    lines = []
    for version, before in zip(found, [*found[1:], None], strict=True):
        contest = version.contest
        if contest is not None:
            lines.append(VersionLine(version, before, may_uncontest=can and contest.body_id in mine))
            continue
        contestable = can and version.row.kind == Plan.Kind.WORDING and before is not None
        writer = side_of(version.row.saved_by) if contestable and version.row.saved_by else None
        others = mine - ({writer.pk} if writer else set())
        lines.append(VersionLine(version, before, may_contest=contestable and bool(others)))
    return lines


def differences(old: Sequence[Clause], new: Sequence[Clause]) -> list[Difference]:
    """Two texts clause by clause, and within each by character."""
    return [Difference(row, clause_lines(row.old, row.new)) for row in rules.compare(old, new)]


def difference_words(rows: Sequence[Difference]) -> str:
    """修改 2 条，新增 1 条，移动 1 条; says so where nothing differs."""
    names = (
        (Change.CHANGED, _("修改 %(count)s 条")),
        (Change.ADDED, _("新增 %(count)s 条")),
        (Change.REMOVED, _("删去 %(count)s 条")),
    )
    counts = [(words, sum(row.row.change is change for row in rows)) for change, words in names]
    counts.append((_("移动 %(count)s 条"), sum(row.row.moved for row in rows)))
    return _("，").join(words % {"count": count} for words, count in counts if count) or _("两份文字相同")


def clause_lines(old: Clause | None, new: Clause | None) -> tuple[Line, ...]:
    """A clause as it was and as it is, nothing folded away; its title is the first line where that differs, too."""
    if old is not None and new is not None and old.title == new.title and old.body != new.body:
        return tuple(compare(old.body, new.body, keep=_WHOLE))
    return tuple(compare(_text(old), _text(new), keep=_WHOLE))


def merge_rows(merge: Merge, picks: dict[str, str], texts: dict[str, Clause]) -> list[MergeRow]:
    """The clauses of a merge; `picks` and `texts` are what has been chosen and typed already, by clause id."""
    found = []
    for row in merge.rows:
        theirs = clause_lines(row.base, row.theirs) if _differs(row.base, row.theirs) else ()
        mine = clause_lines(row.base, row.mine) if _differs(row.base, row.mine) else ()
        choices = _choices(row) if row.source is Source.CONFLICT else ()
        text = texts.get(row.id) or row.result
        found.append(MergeRow(row, theirs, mine, choices, picks.get(row.id, ""), text))
    return found


def _choices(row: Merged) -> tuple[tuple[str, str], ...]:
    if row.mine is None:
        return (("theirs", _("保留，用对方改的文字")), ("drop", _("按您的，删去这一条")))
    if row.theirs is None:
        return (("mine", _("保留，用您改的文字")), ("drop", _("按对方的，删去这一条")))
    return (("mine", _("用您的文字")), ("theirs", _("用对方的文字")), ("text", _("用下面改好的文字")))


def _differs(one: Clause | None, other: Clause | None) -> bool:
    return (one and one.words) != (other and other.words)


def _text(clause: Clause | None) -> str:
    return "\n".join(part for part in (clause.title, clause.body) if part) if clause is not None else ""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two texts that are compared: a plan in a version."""

    plan: Plan
    version: Version
    words: str = field(default="")

    @property
    def key(self) -> str:
        return f"{self.plan.pk}:{self.version.number}"


def sides(item: Item, plans: Sequence[Plan]) -> list[Side]:
    """Every version of every plan, as a choice for comparing."""
    several = len(plans) > 1
    found = []
    for plan in plans:
        for version in versions(plan):
            number = _("第 %(number)s 版") % {"number": version.number}
            found.append(Side(plan, version, f"{plan.name}　{number}" if several else number))
    return found


def chosen(found: Sequence[Side], old: str, new: str) -> tuple[Side, Side] | None:
    """The two that are asked for; without a sensible wish the last two of a plan, or the first two plans as they stand.

    None where there is only one text.
    """
    by_key = {side.key: side for side in found}
    if old in by_key and new in by_key and old != new:
        return by_key[old], by_key[new]
    newest: dict[int, Side] = {}
    for side in found:
        newest.setdefault(side.plan.pk, side)
    if len(newest) > 1:
        first, second, *_rest = newest.values()
        return first, second
    return (found[1], found[0]) if len(found) > 1 else None
