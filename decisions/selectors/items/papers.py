"""The papers of an item: its plan in versions, and the materials it has and lacks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from decisions import routing
from decisions.models import Item, Material, MatterType, Plan
from decisions.selectors.plans import main_plan, version_rows
from decisions.selectors.requirements import Requirement, requirements
from permissions.look import Line, compare, when_words
from workflows.models import Case

_ICONS = {
    "application/pdf": "file-earmark-pdf",
    "image/png": "file-earmark-image",
    "image/jpeg": "file-earmark-image",
    "text/csv": "file-earmark-spreadsheet",
    "application/vnd.ms-excel": "file-earmark-spreadsheet",
    "application/msword": "file-earmark-word",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A row of the list of materials: one asked for, present or missing, or one added freely. `state`: see `word`."""

    kind: str
    name: str
    meta: str
    state: str
    required: bool
    url: str = ""
    icon: str = "file-earmark-text"
    material: Material | None = None

    @property
    def word(self) -> str:
        return {"have": _("已有"), "missing": _("缺少"), "working": _("办理中")}[self.state]

    @property
    def colour(self) -> str:
        return {"have": "", "missing": "bad", "working": "warn"}[self.state]

    @property
    def mark(self) -> str:
        return {"have": "check-lg", "missing": "exclamation-lg", "working": "hourglass-split"}[self.state]


def checklist(item: Item, needs: Sequence[Requirement] | None = None) -> list[Paper]:
    """What the matter type asks for, in its order, then everything else that was uploaded (R3). `needs`: the item's
    requirements, where the caller has them already."""
    files: dict[str, list[Material]] = {}
    for row in Material.objects.filter(item=item, removed_at__isnull=True).select_related("uploaded_by"):
        files.setdefault(row.kind, []).append(row)
    papers: list[Paper] = []
    given = {need.kind: need for need in (requirements(item) if needs is None else needs)}
    for entry in routing.entries(item):
        kind, required = entry["kind"], bool(entry["required"])
        name = entry_name(entry)
        if kind == MatterType.PLAN:
            papers.append(_plan_paper(item, name, required))
        elif kind == MatterType.LEGALITY:
            papers.append(_legality_paper(item, name, required))
        elif kind in routing.WRITTEN:
            papers.append(_given_paper(name, required, given.get(kind)))
        elif kind in files:
            papers += [_file_paper(row, required, name) for row in files.pop(kind)]
        else:
            meta = _("必备，上会前补齐即可") if required else _("选用")
            papers.append(Paper(kind, name, meta, "missing" if required else "working", required, icon="file-earmark"))
    papers = [paper for paper in papers if paper.required or paper.state == "have"]
    return papers + [_file_paper(row, False, "") for rows in files.values() for row in rows]


def entry_name(entry: dict[str, Any]) -> str:
    """The name of a kind of material in the language of the reader."""
    english = (get_language() or "").startswith("en")
    return str(entry.get("name_en") if english and entry.get("name_en") else entry["name"])


def plan_versions(item: Item, plan: Plan | None = None) -> list[Any]:
    """The versions of the main plan (or of `plan`), newest first: rows of its history, with `saved_by` at hand."""
    shown = plan or main_plan(item)
    if shown is None:
        return []
    return version_rows(shown)


def plan_diff(versions: Sequence[Any], old: Any, new: Any, *, keep: int = 1) -> list[Line]:
    """Two versions line by line; each change says whether it was one of substance and which version brought it (R29)."""
    span = [row for row in reversed(versions) if old.version <= row.version <= new.version]
    lines = compare(plan_text(old.clauses), plan_text(new.clauses), keep=keep)
    judged = [_judged(line, span) if line.kind in {"changed", "added", "removed"} else line for line in lines]
    told: set[str] = set()
    for index, line in enumerate(judged):
        # One note stands for a whole version: once is enough.
        if line.note in told:
            judged[index] = replace(line, note="")
        told.add(line.note)
    return judged


def plan_text(clauses: Sequence[dict[str, str]]) -> str:
    """The clauses as lines: a clause's title stands before its first paragraph."""
    lines = []
    for clause in clauses:
        title, body = clause.get("title", ""), clause.get("body", "")
        first, *rest = [part.strip() for part in body.split("\n") if part.strip()] or [""]
        lines += [f"{title}。{first}" if title and first else title or first, *rest]
    return "\n".join(line for line in lines if line)


def _judged(line: Line, span: Sequence[Any]) -> Line:
    new = "".join(piece.text for piece in line.new)
    old = "".join(piece.text for piece in line.old)
    for before, after in pairwise(span):
        had, has = plan_text(before.clauses).split("\n"), plan_text(after.clauses).split("\n")
        if (new and new in has and new not in had) or (not new and old in had and old not in has):
            return replace(line, substance=after.kind == Plan.Kind.SUBSTANTIVE, note=after.note)
    return line


def _plan_paper(item: Item, name: str, required: bool) -> Paper:
    plan = main_plan(item)
    if plan is None:
        return Paper(MatterType.PLAN, name, _("必备，在共谋阶段编写"), "missing", required, icon="file-earmark")
    title = _("%(name)s（第 %(version)s 版）") % {"name": name, "version": plan.version}
    meta = _("必备 · %(at)s") % {"at": when_words(plan.saved_at)}
    return Paper(MatterType.PLAN, title, meta, "have", required, reverse("item", args=[item.pk]) + "#plan")


def _legality_paper(item: Item, name: str, required: bool) -> Paper:
    review = item.newest_review
    if review is None or not review.ok:
        meta = _("必备，由法律顾问出具") if review is None else _("必备 · 上次审查未通过，改后重新审查")
        return Paper(MatterType.LEGALITY, name, meta, "missing", required, icon="file-earmark")
    meta = _meta(_("必备"), review.by.label, review.at)
    return Paper(MatterType.LEGALITY, name, meta, "have", required, reverse("item", args=[item.pk]) + "#legality")


def _given_paper(name: str, required: bool, need: Requirement | None) -> Paper:
    """What is met by what was asked for and given here, not by a file."""
    if need is None:
        return Paper("", name, _("选用"), "working", required, icon="file-earmark")
    state = "have" if need.state in {"met", "waived"} else "working" if need.state == "waiting" else "missing"
    meta = f"{_('必备') if required else _('选用')} · {need.detail}"
    return Paper(
        need.kind,
        name,
        meta,
        state,
        required,
        need.url,
        icon="file-earmark" if state == "missing" else "file-earmark-text",
    )


def _file_paper(row: Material, required: bool, asked: str) -> Paper:
    size = filesizeformat(row.size).replace("\xa0", " ")
    words = [_("必备") if required else _("选用"), asked, size, row.uploaded_by.label, when_words(row.uploaded_at)]
    url = reverse("material", args=[row.item_id, row.pk])
    icon = _ICONS.get(row.content_type, "file-earmark-text" if required else "paperclip")
    meta = " · ".join(word for word in words if word)
    return Paper(row.kind, row.name, meta, "have", required, url, icon, row)


def _meta(first: str, who: str, at: datetime) -> str:
    return f"{first} · {who} · {when_words(at)}"


def item_of_case(case: Case) -> Item | None:
    """The item a case is about; a called flow is about what its caller is about."""
    callers = Q(pk=case.pk) | Q(children=case.pk) | Q(children__children=case.pk)
    return Item.objects.filter(case__in=Case.objects.filter(callers).order_by().values("pk")).first()
