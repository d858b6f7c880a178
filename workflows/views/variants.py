"""The ways cases of a version really went, where they left its diagram, and the cases of each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from permissions.errors import Hidden
from workflows import compiled
from workflows.views.watch import as_csv, frame, kept, listed, looked_at
from workflows.watching.asked import cases_seen, cases_told
from workflows.watching.variants import DEPARTURES, Variant, cases_of_way, cases_off, conformance_of, ways_of

#: Ways a page draws; the file has all of them.
WAYS_SHOWN = 30
#: The length of the longest bar, in the units of its drawing.
BAR = 200


@require_safe
def flow_variants(request: HttpRequest, pk: int) -> HttpResponse:
    """The ways, the most frequent first, with how many cases went each; and where cases left the diagram."""
    user, version, asked = looked_at(request, pk)
    process = compiled.of_version(version.pk, version.sha256).process
    ways = ways_of(cases_told(user, version, asked), process)
    shown = ways.variants[:WAYS_SHOWN]
    context = {
        **frame(request, user, version, asked, "variants"),
        "ways": ways,
        "off": ways.total - ways.fitting,
        "shown": [(number, way, _bar(way, shown)) for number, way in enumerate(shown, 1)],
        "more": ways.variants[WAYS_SHOWN:],
        "more_cases": sum(way.cases for way in ways.variants[WAYS_SHOWN:]),
        "bar_length": BAR,
    }
    return render(request, "workflows/watch/variants.html", context)


@require_safe
def flow_variants_file(request: HttpRequest, pk: int) -> HttpResponse:
    """All ways as CSV: how many cases, how many of them left the diagram, and the steps."""
    user, version, asked = looked_at(request, pk)
    ways = ways_of(cases_told(user, version, asked), compiled.of_version(version.pk, version.sha256).process)
    head = [_("代号"), _("件数"), _("离开流程图的件数"), _("环节代号"), _("环节")]
    rows = [[way.key, way.cases, way.off, " → ".join(way.nodes), " → ".join(way.names)] for way in ways.variants]
    return as_csv([head, *rows], f"{version.definition.key}-{version.number}-ways.csv")


@require_safe
def flow_variant_cases(request: HttpRequest, pk: int) -> HttpResponse:
    """The cases that went one way (`?way=`), or left the diagram (`?off=`, by that act), that this user may open; each with
    its fitness."""
    user, version, asked = looked_at(request, pk)
    way, off = request.GET.get("way", ""), request.GET.get("off", "")
    if off not in DEPARTURES and off not in ("", "all"):
        raise Hidden(_("没有这种离开流程图的方式。请返回，从表中选择。"))
    cases = cases_seen(user, version, asked)
    if way:
        process = compiled.of_version(version.pk, version.sha256).process
        cases = cases.filter(pk__in=cases_of_way(cases, process, way))
    if off:
        cases = cases.filter(pk__in=cases_off(cases, "" if off == "all" else off))
    found = listed(request, user, cases)
    found["rows"] = [(row, conformance_of(row.case)) for row, _fit in found["rows"]]
    title = _("走同一条路径的事项") if way else _("离开流程图的事项") if off else _("全部事项")
    context = {
        **frame(request, user, version, asked, "variants"),
        **found,
        "title": title,
        "which": (),
        "rest": kept(request, without=("page",)),
        "back": "flow_variants",
    }
    return render(request, "workflows/watch/cases.html", context)


def _bar(way: Variant, among: tuple[Variant, ...]) -> tuple[int, int]:
    """How long the bar of a way is, and how much of it those make that left the diagram; the first way's is the longest."""
    most = among[0].cases
    return way.cases * BAR // most, way.off * BAR // most
