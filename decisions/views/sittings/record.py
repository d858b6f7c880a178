"""The record of a sitting: the minutes over all its entries, and dissent to read and to take away (R31)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from decisions.models import Item, Sitting, Statement, Vote
from decisions.policies.items import readable
from decisions.policies.record import keeps_the_record, reads_dissent_of
from decisions.selectors.minutes import Dissent, of_item, of_person, whole
from decisions.views.items.common import actor, item_of
from decisions.views.sittings.common import page
from decisions.views.watermark import opened, reader_of
from permissions import access, downloads
from permissions.errors import Hidden
from permissions.models import User


@require_safe
@never_cache
def sitting_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """One document over all entries of a sitting, as far as this user may read them."""
    user = actor(request)
    sitting = access.fetch(Sitting.objects.select_related("host__body", "opened_by"), user, "view", pk)
    found = whole(sitting, user)
    for section in found.sections:
        opened(request, section.entry.item)
    return page(request, "minutes_whole", {"sitting": sitting, "whole": found})


@require_safe
@never_cache
def dissent(request: HttpRequest) -> HttpResponse:
    """One's own dissent, from every seat one ever held."""
    user = actor(request)
    return _answer(request, of_person(user), user.label, "dissent")


@require_safe
@never_cache
def dissent_of_person(request: HttpRequest, pk: int) -> HttpResponse:
    """The dissent of one person, for themselves and for those who keep the record."""
    user = actor(request)
    person = User.objects.filter(pk=pk).first()
    if person is None or not reads_dissent_of(user, person):
        raise Hidden(_("没有找到这个人的不同意见，或者它没有对您开放。"))
    found = of_person(person)
    if person.pk != user.pk:
        found = _readable(user, found)
    return _answer(request, found, person.label, f"dissent-{person.username}")


@require_safe
@never_cache
def dissent_of_item(request: HttpRequest, pk: int) -> HttpResponse:
    """The dissent on one item: all of it for those who keep the record, one's own for everybody else."""
    user = actor(request)
    item = item_of(request, pk)
    found = [one for one in of_item(item) if keeps_the_record(user) or (one.user and one.user.pk == user.pk)]
    return _answer(request, found, item.title, f"dissent-{item.number or item.pk}", item)


def _readable(user: User, found: list[Dissent]) -> list[Dissent]:
    """Without what is withheld from the reader (R24, R40)."""
    known = set(readable(user).filter(pk__in={one.item.pk for one in found}).values_list("pk", flat=True))
    return [one for one in found if one.item.pk in known]


def _answer(
    request: HttpRequest, found: list[Dissent], about: str, name: str, known: Item | None = None
) -> HttpResponse:
    """The page, or with `?format=json` or `txt` a file with the same content; that ``known`` was opened is on record already."""
    for item in {one.item.pk: one.item for one in found if one.item != known}.values():
        opened(request, item)
    kind = request.GET.get("format", "")
    if kind == "json":
        response: HttpResponse = JsonResponse(
            {**reader_of(request), "about": about, "dissent": [one.to_json() for one in found]},
            json_dumps_params={"ensure_ascii": False, "indent": 2},
        )
    elif kind == "txt":
        mark = "".join(f"{words}\n" for words in reader_of(request).values())
        response = HttpResponse(mark + _text(found, about), content_type="text/plain; charset=utf-8")
    else:
        return page(request, "dissent", {"found": [(one, words_of(one)) for one in found], "about": about})
    return downloads.as_file(response, f"{name}.{kind}")


def words_of(one: Dissent) -> str:
    """How the dissent was given, in words: 发言：不同意, 投票：反对."""
    if one.way == "spoken":
        return _("发言时表示%(view)s") % {"view": Statement.Stance(one.stance).label}
    return _("表决时投%(choice)s") % {"choice": Vote.Choice(one.stance).label}


def _text(found: list[Dissent], about: str) -> str:
    lines = [_("不同意见：%(about)s") % {"about": about}, ""]
    for number, one in enumerate(found, start=1):
        at = timezone.localtime(one.at).strftime("%Y-%m-%d %H:%M")
        lines += [
            f"{number}. {one.item.title}",
            f"   {one.entry.sitting.name} · {one.body} {one.position} · {at} · {words_of(one)}",
            *(f"   {line}" for line in one.words.splitlines()),
            *([_("   本人更正：%(words)s") % {"words": one.corrected}] if one.corrected else []),
            _("   日志 %(chain)s 第 %(seq)s 条，摘要 %(hash)s")
            % {"chain": one.chain, "seq": one.seq, "hash": one.hash},
            "",
        ]
    return "\n".join(lines)
