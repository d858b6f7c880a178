"""The tags every page is built from: ``{% load sangong %}``. What each draws, with an example: docs/look.md.

They stand on the lowest floor, so that every floor may use them, and take plain values: no tag decides or counts
anything. The shapes behind them are in :mod:`permissions.look`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from permissions.ids import cover
from permissions.look import Due, Stage, Tally, due_words, fields, frame, stage_list, stage_word, took_words, when_words
from permissions.look.sprite import icon_url

register = template.Library()
counter = itertools.count(1)

NOTICE_ICONS = {
    "": "info-circle-fill",
    "act": "info-circle-fill",
    "ok": "check-circle-fill",
    "warn": "exclamation-triangle-fill",
    "bad": "exclamation-circle-fill",
}


# Small marks


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A symbol of the sprite. Beside words it is hidden from screen readers; alone it needs a `label`."""
    if label:
        return format_html('<svg class="i" role="img" aria-label="{}"><use href="{}"/></svg>', label, icon_url(name))
    return format_html('<svg class="i" aria-hidden="true"><use href="{}"/></svg>', icon_url(name))


@register.simple_tag
def body_mark(body: Any, size: str = "") -> SafeString:
    """The mark of a body: 镇 in a square, 区 in a circle. Nothing where `body` is None."""
    if not body:
        return mark_safe("")
    return format_html(
        '<span class="sg-body {}{}" title="{}">{}</span>',
        body.mark,
        f" {size}" if size else "",
        body.label,
        body.letter,
    )


@register.simple_tag
def who(position: Any, body: Any = None, strong: bool = False) -> SafeString:
    """A position with the mark of its body before it. `position` is words, a user, or a seat (brings its body)."""
    words = getattr(position, "label", None) or str(position or "")
    body = body or getattr(position, "body", None)
    shown = format_html("<b>{}</b>", words) if strong else conditional_escape(words)
    if not body:
        return shown
    return format_html('<span class="sg-who">{}{}</span>', body_mark(body), shown)


@register.simple_tag
def tag(kind: str, icon_name: str = "", text: str = "") -> SafeString:
    """A word with an icon. `kind` is empty, ``ok``, ``warn``, ``bad``, ``act`` or ``plain``."""
    picture = icon(icon_name) if icon_name else ""
    return format_html('<span class="sg-tag {}">{}{}</span>', kind, picture, text)


@register.simple_tag
def when(moment: datetime | date | None) -> SafeString:
    """今天 08:52, 昨天 19:20, 9月8日 17:30; the year only when it differs; nothing where there is no moment."""
    if moment is None:
        return mark_safe("")
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), when_words(moment))


@register.simple_tag
def due(moment: datetime | date | None, short: bool = False) -> SafeString:
    """A deadline with its icon: 9月11日 17:00 前，还有 2 天. `short` gives 还有 2 天 or 逾期 1 天 alone."""
    if moment is None:
        return mark_safe("")
    words = due_words(moment)
    return format_html(
        '<span class="due {}">{}<time datetime="{}">{}</time></span>',
        words.kind,
        icon("clock-history" if words.kind == "bad" else "clock"),
        moment.isoformat(),
        words.left if short else words.sentence,
    )


@register.filter
def due_state(moment: datetime | date | None) -> Due | None:
    """The words of a deadline without its drawing, to group or to colour by: ``{{ task.due|due_state }}``."""
    return due_words(moment) if moment else None


@register.filter
def took(duration: timedelta) -> str:
    """A duration in the unit people would say it in: ``{{ step.median|took }}`` → 9.4 天."""
    return took_words(duration)


@register.simple_tag
def hash_line(seq: int, digest: str, previous: str = "") -> SafeString:
    """第 47 条 · e07b 3c19 ← 51d2 aa84: an entry of the log and the one it builds on."""
    words = _("第 %(n)s 条") % {"n": seq}
    before = format_html(" ← {}", _short(previous)) if previous and set(previous) != {"0"} else ""
    return format_html('<span class="sg-hash" title="{}">{} · {}{}</span>', digest, words, _short(digest), before)


def _short(digest: str) -> str:
    return f"{digest[:4]} {digest[4:8]}"


@register.simple_tag
def chain_badge(checked: int, broken_at: int | None = None) -> SafeString:
    """Whether a chain of the log holds: how many entries were checked, or the entry at which it breaks."""
    if broken_at is not None:
        words = _("链条在第 %(n)s 条中断") % {"n": broken_at}
        return format_html('<span class="sg-chain bad">{}{}</span>', icon("shield-exclamation"), words)
    words = ngettext("链条完整，%(n)s 条已核验", "链条完整，%(n)s 条已核验", checked) % {"n": checked}
    return format_html('<span class="sg-chain">{}{}</span>', icon("shield-check"), words)


# Stages and seats


@register.inclusion_tag("components/stage_line.html")
def stage_line(stages: str | Iterable[Stage], notes: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The five stages with a date or state under each: from a list of stages, or from the key of the present one."""
    return {"stages": stage_list(stages, notes) if isinstance(stages, str) else list(stages)}


@register.inclusion_tag("components/ministage.html")
def ministage(current: str, word: bool = True) -> dict[str, Any]:
    """The same line, small, for lists, with the word beside it."""
    line = stage_list(current)
    at = next((stage for stage in line if stage.state == "now"), line[-1] if current == "done" else line[0])
    label = _("第 %(n)s 步，共 5 步：%(stage)s") % {"n": at.number, "stage": at.label}
    return {"stages": line, "label": label, "word": stage_word(at.key) if word else ""}


@register.inclusion_tag("components/seat_row.html")
def seat_row(
    position: Any,
    body: Any = None,
    icon_name: str = "",
    word: str = "",
    kind: str = "",
    why: str = "",
    mode: str = "",
    order: int | str = "",
    note: str = "",
) -> dict[str, Any]:
    """One seat in a roster or speaking order, as an ``<li>``.

    `word` with `icon_name` tells its state, `kind` its colour (``ok``, ``warn``, ``bad``, ``act``), `why` the reason on
    a second line, `mode` is ``me``, ``lock`` or ``off``, `order` the place in the speaking order, `note` words after
    the name.
    """
    words = getattr(position, "label", None) or str(position)
    return {
        "position": words, "body": body, "icon_name": icon_name, "word": word, "kind": kind, "why": why, "mode": mode,
        "order": order, "note": note,
    }  # fmt: skip


@register.inclusion_tag("components/quorum.html")
def quorum(due: int, present: int, needed: int, met: bool) -> dict[str, Any]:
    """应到, 实到, 须到 and whether the quorum is reached: one per body, again for each agenda item (R16)."""
    return {"due": due, "present": present, "needed": needed, "met": met, "missing": max(0, needed - present)}


@register.inclusion_tag("components/tally.html")
def tally(body: Any, needed: int = 0, open: bool = False, **counts: int) -> dict[str, Any]:
    """The seats of one body as cells, above fifteen as one bar.

    Closed: `votes_for`, `against`, `abstain`, `absent`, `recused`. Open: `cast`, `waiting`, `absent`, `recused`;
    never direction.
    """
    name = getattr(body, "label", str(body))
    drawn = Tally(name=name, needed=int(needed or 0), open=open, **{key: int(n or 0) for key, n in counts.items()})
    return {"tally": drawn, "mark": getattr(body, "mark", "square"), "uid": next(counter)}


@register.simple_tag
def verdict(votes_for: int, due: int, needed: int, passed: bool, share: str = "", reason: str = "") -> SafeString:
    """赞成 6 / 应到 9，须超过半数即 5 票，通过。

    `share` replaces 须超过半数; `reason` tells why it did not pass in spite of the votes.
    """
    begin = _("赞成 %(votes)s / 应到 %(due)s，%(share)s即 %(needed)s 票，") % {
        "votes": votes_for,
        "due": due,
        "share": share or _("须超过半数"),
        "needed": needed,
    }
    if passed:
        end = _("通过。")
    elif votes_for < needed:
        missing = ngettext("差 %(n)s 票，", "差 %(n)s 票，", needed - votes_for) % {"n": needed - votes_for}
        begin, end = begin + missing, _("未通过。")
    else:
        begin, end = begin + (_("%(reason)s，") % {"reason": reason} if reason else ""), _("未通过。")
    return format_html('<p class="sg-verdict">{}<span class="nb">{}</span></p>', begin, end)


# Lists


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    """Who did what when, newest first. Entries are :class:`permissions.look.Entry` or anything with its fields."""
    return {"entries": entries}


@register.inclusion_tag("components/task_card.html")
def task_card(
    title: str,
    url: str,
    why: str = "",
    due: datetime | date | None = None,
    facts: str | Iterable[str] = (),
    action: str = "",
    action_url: str = "",
    primary: bool = True,
    second: str = "",
    second_url: str = "",
    body: Any = None,
) -> dict[str, Any]:
    """A task: the verb as title, the object below, the deadline in words; the whole card opens, a button acts."""
    return {
        "title": title, "url": url, "why": why, "body": body, "due": due,
        "facts": [facts] if isinstance(facts, str) else facts,
        "action": action, "action_url": action_url or url, "primary": primary,
        "second": second, "second_url": second_url,
    }  # fmt: skip


@register.inclusion_tag("components/diff.html")
def diff(lines: Iterable[Any], old: str = "", new: str = "", more_url: str = "") -> dict[str, Any]:
    """Two versions side by side, below one another on phones. `lines` comes from :func:`permissions.look.compare`."""
    return {"lines": list(lines), "old": old, "new": new, "more_url": more_url}


@register.simple_tag
def versions(row: Any) -> SafeString:
    """The way to the versions of a record."""
    url = reverse("versions", args=[row._meta.label_lower, row.pk])
    return format_html('<a class="sg-more" href="{}">{}{}</a>', url, _("版本"), icon("chevron-right"))


@register.inclusion_tag("components/file_row.html")
def file_row(
    name: str, url: str = "", meta: str = "", icon_name: str = "file-earmark-text", kind: str = "", mark: str = "",
    word: str = "",
) -> dict[str, Any]:  # fmt: skip
    """A material, as an ``<li>``; the whole row opens it. `word` with `mark` (an icon) and `kind` tells its state."""
    return {"name": name, "url": url, "meta": meta, "icon_name": icon_name, "kind": kind, "mark": mark, "word": word}


@register.simple_tag
def kv(pairs: Iterable[tuple[Any, Any]]) -> SafeString:
    """Facts as term and value; a pair with an empty value is left out."""
    rows = ((term, value) for term, value in pairs if value not in (None, ""))
    return format_html('<dl class="sg-kv">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))


# Saying something


@register.simple_block_tag
def notice(content: str, kind: str = "", title: str = "", icon_name: str = "", role: str = "") -> SafeString:
    """One bold sentence that matters, then the way out: ``{% notice "warn" title=… %}…{% endnotice %}``."""
    return format_html(
        '<div class="sg-notice {}"{}>{}<div><strong>{}</strong>{}{}</div></div>',
        kind,
        format_html(' role="{}"', role) if role else "",
        icon(icon_name or NOTICE_ICONS.get(kind, "info-circle-fill")),
        title,
        "" if frame.page_language() == "zh-Hans" else " ",
        content,
    )


@register.simple_block_tag
def empty(content: str, title: str = "", art: str = "done") -> SafeString:
    """What this place is for and the next step. `art` is ``done``, ``new``, ``none`` or ``locked``."""
    drawn = render_to_string("components/art.html", {"art": art})
    return format_html('<div class="sg-empty">{}<h2>{}</h2>{}</div>', drawn, title, content)


@register.simple_tag
def blocked_button(label: str, why: str, primary: bool = True) -> SafeString:
    """A button that cannot be used now, with the sentence that says why and until when."""
    uid = f"why{next(counter)}"
    return format_html(
        '<div class="sg-blocked">'
        '<button type="button" class="btn {}" aria-disabled="true" aria-describedby="{}">{}</button>'
        '<p class="sec" id="{}">{}</p></div>',
        "btn-primary" if primary else "btn-secondary",
        uid,
        label,
        uid,
        why,
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:
    """A native dialog, opened by ``data-dialog="id"`` on a link whose page does the same without scripts."""
    return format_html(
        '<dialog class="sg-dialog" id="{}" aria-labelledby="{}-t"><h2 id="{}-t">{}</h2>{}</dialog>',
        id,
        id,
        id,
        title,
        content,
    )


# Forms


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField, label: str = "", hint: str = "", suffix: str = "", optional: bool = True, **attrs: Any
) -> dict[str, Any]:
    """A form field: label, hint, error, control in this order. `optional` says 可不填 where it may stay empty."""
    if hint:
        bound.help_text = hint
    drawn = fields.shape(bound)
    attrs = {name.replace("_", "-"): value for name, value in attrs.items()}
    return {
        "field": bound,
        "shape": drawn,
        "label": label or bound.label,
        "suffix": suffix,
        "may_stay_empty": optional and not bound.field.required and drawn != "check",
        "control": "" if drawn == "options" else fields.control(bound, **attrs),
        "options": fields.options(bound) if drawn == "options" else [],
        "described": fields.described(bound).get("aria-describedby", ""),
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(*given: forms.BaseForm) -> dict[str, Any]:
    """What needs to be changed, as links to the fields. Draws nothing while all is well."""
    found: list[tuple[str, str, str]] = []
    for form in given:
        found += [("", "", str(error)) for error in form.non_field_errors()]
        for bound in form:
            found += [(fields.anchor(bound), str(bound.label), str(error)) for error in bound.errors]
    title = ngettext("有 %(n)s 处需要修改，其他内容已为您保留", "有 %(n)s 处需要修改，其他内容已为您保留", len(found))
    return {"found": found, "title": title % {"n": len(found)}}


# The frame


register.simple_tag(frame.nav_url)
register.simple_tag(frame.current, takes_context=True)
register.simple_tag(frame.is_top_page, takes_context=True)
register.simple_tag(frame.way_back, takes_context=True)
register.simple_tag(frame.page_language)
register.simple_tag(frame.version)
register.simple_tag(frame.house)
register.simple_tag(frame.source_url)
register.simple_tag(frame.asset)
register.filter(frame.error_number)
register.filter("covered", cover)


@register.inclusion_tag("components/account.html", takes_context=True)
def account_link(context: Context) -> dict[str, Any]:
    """The account: the seat one acts for, with the mark of its body; a person for staff without a seat."""
    user = context["request"].user
    seat = user.seats.in_force().select_related("body").first()
    return {"user": user, "seat": seat}
