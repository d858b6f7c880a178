"""Every page in both languages: no Chinese in the English interface, no English sentence in the Chinese one.

What people wrote (titles, plans, reasons) stays as they wrote it, and so does the official paper; those are taken out of a
page before it is judged. Names that carry their own English (a body's, a seat's) are not: they must be shown in it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db.models import CharField, JSONField, TextField
from django.test import Client
from django.urls import reverse
from lxml import html

from decisions.models import AgendaEntry, Ballot, Item, Minutes, Sitting
from permissions.models import Body, Seat, User
from tests.browsers import Person
from tests.cast import Cast
from tests.decisions.items.conftest import Hand, configure
from tests.decisions.sittings.conftest import Room
from tests.look.audit import overflow
from tests.worlds import remembered
from workflows.models import CaseTask, DefinitionVersion

CHINESE = re.compile(r"[\u2e80-\u303f\u3400-\u9fff\uff00-\uffef]")
#: three words in a row that are no name of a product or a licence
ENGLISH = re.compile(r"\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b")
#: the number of an official paper is the same in every language: 议〔2026〕17号
NUMBER = re.compile(r"议?〔\d{4}〕\d+号(之\d+)?")
#: buttons, tabs and tags whose words do not fit into them
CLIPPED = """() => [...document.querySelectorAll('.btn, .sg-tag, .sg-tabs a, .sg-nav a, .sg-ballot label, th, h1, h2')]
  .filter(node => node.offsetParent && !node.classList.contains('visually-hidden'))
  .filter(node => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== 'inline')
  .map(node => node.className + ': ' + node.innerText)"""
#: forms that are also sent empty, for the words of their errors
SENT_EMPTY = (
    "/check/",
    "/confirm/",
    "/defer/",
    "/edit/",
    "/early/",
    "/end/",
    "/execution/",
    "/legality/",
    "/new/",
    "/open/",
    "/password/",
    "/person/",
    "/plan/",
    "/sign/",
    "/statement/",
    "/table/",
)
ATTRIBUTES = ("title", "aria-label", "placeholder", "alt", "data-confirm")
#: as entered or drawn, without English of their own; the diagram's names are translated all the same
DRAWN = {("CaseTask", "name"), ("CaseTask", "lane"), ("Definition", "name"), ("HistoricalDefinition", "name")}
#: a language calls itself by its own name
ITSELF = "简体中文"
#: the record itself: its words are told anew for every reader
TOLD = {"AuditEvent"}

PAGES = (
    "home",
    "messages",
    "item_list",
    "item_new",
    "sitting_list",
    "sitting_new",
    "flow_list",
    "flow_new",
    "log",
    "log_check",
    "body_list",
    "account",
    "password",
    "help",
    "accessibility",
    "more",
    "source",
)


def test_no_chinese_is_left_in_english_pages(town: Town) -> None:
    town.speak("en")
    found = [(page, words) for page, words in town.words() if CHINESE.search(words)]
    assert town.seen > 150
    assert not found, "\n".join(f"{page}: {words}" for page, words in dict.fromkeys(found))


def test_no_english_sentence_is_left_in_chinese_pages(town: Town) -> None:
    town.speak("zh-hans")
    found = [(page, words) for page, words in town.words() if ENGLISH.search(words)]
    assert town.seen > 150
    assert not found, "\n".join(f"{page}: {words}" for page, words in dict.fromkeys(found))


def test_the_account_page_switches_the_language_and_keeps_it(town_member: User) -> None:
    client = signed_in(town_member)
    page = client.get(reverse("account")).content.decode()
    assert 'lang="zh-Hans"' in page
    assert "我的账号" in page
    choice = {"language": "en", "theme": "", "text_size": ""}
    page = client.post(reverse("account"), choice, follow=True).content.decode()
    assert 'lang="en"' in page
    assert "My account" in page
    assert "Display settings saved." in page
    elsewhere = signed_in(User.objects.get(pk=town_member.pk))
    assert "Nothing is waiting for you" in elsewhere.get(reverse("home")).content.decode()
    page = elsewhere.post(reverse("account"), {**choice, "language": "zh-hans"}, follow=True).content.decode()
    assert 'lang="zh-Hans"' in page
    assert "显示设置已保存。" in page


def test_a_visitor_chooses_the_language_before_signing_in(client: Client, db: None) -> None:
    assert "登录" in client.get(reverse("login")).content.decode()
    client.post(reverse("set_language"), {"language": "en", "next": reverse("login")})
    page = client.get(reverse("login")).content.decode()
    assert 'lang="en"' in page
    assert "Sign in" in page
    assert not [words for words in words_of(page) if CHINESE.search(words)]


def test_what_is_refused_is_explained_in_the_readers_language(town: Town, town_member: User) -> None:
    town.speak("en")
    client = signed_in(User.objects.get(pk=town_member.pk))
    answer = client.post(reverse("sitting_open", args=[town.preparing.pk]))
    assert answer.status_code == 403
    assert "You do not hold any of them" in answer.content.decode()
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "This page was not found" in answer.content.decode()


@pytest.mark.browser
@pytest.mark.slow
def test_english_fits_at_a_desk_and_on_a_phone(
    town: Town, at_desk: Callable[..., Person], at_phone: Callable[..., Person]
) -> None:
    """English is longer: nothing gets wider than the window, and no button hides a part of its words."""
    town.speak("en")
    clipped: dict[tuple[str, bool | int], list[str]] = {}
    for user, pages in town.looks():
        for at in (at_desk, at_phone):
            reader = at(User.objects.get(pk=user.pk))
            for kind, name, *args in pages:
                reader.open(name, *args)
                assert reader.page.locator("html").get_attribute("lang") == "en"
                reader.check(f"en-{kind}")
                clipped[kind, at is at_phone] = reader.page.evaluate(CLIPPED)
            reader.rest()
    reader = at_desk(town.cast["zone.standing"])
    for width in (1200, 1024, 768, 320):
        reader.page.set_viewport_size({"width": width, "height": 800})
        for name in ("home", "account", "sitting_list"):
            reader.open(name)
            clipped[name, width] = [*overflow(reader.page), *reader.page.evaluate(CLIPPED)]
    assert {kind: words for kind, words in clipped.items() if words} == {}


class Town:
    """Items in every stage, a sitting decided and one with both ballots open, and those who read the pages."""

    def __init__(self, cast: Cast) -> None:
        configure()
        self.cast = cast
        self.seen = 0
        User.objects.filter(pk=cast.outsider.pk).update(display_name_en="Outsider")
        hand = Hand(cast)
        hand.draft()
        hand.submitted()
        sent_back = hand.submitted(title="村级道路养护资金安排", matter_type="funds", amount="18")
        hand.confirm(sent_back, "town", confirmed=False, reason="请写明资金来源。")
        hand.confirmed()
        planned = hand.planned()
        hand.upload(planned)
        planned.opinions.model.objects.create(
            item=planned,
            plan_version=1,
            by=cast.zone_member,
            body=cast.zone,
            text="建议缩短租期。",
            at=planned.created_at,
        )
        hand.write(planned, "租期六年。", base=1)
        decided = Room(cast, {})
        entry = decided.open(self.ready(hand))
        decided.arrive("town.arms")
        decided.begin(entry)
        decided.hear(entry)
        decided.decide(entry, "f" * 6 + "ab", "f" * 7)
        split = Room(cast, {})
        entry = split.open(self.ready(hand))
        split.arrive()
        split.begin(entry)
        split.hear(entry)
        split.decide(entry, "a" * 9, "f" * 7)
        voting = Room(cast, {})
        entry = voting.open(self.ready(hand), self.ready(hand))
        voting.arrive("zone.finance")
        voting.begin(entry)
        voting.hear(entry)
        voting.vote_some(voting.ballots(entry)["town"], 3)
        self.preparing = Room(cast, {}).prepare(self.ready(hand))

    @staticmethod
    def ready(hand: Hand) -> Item:
        item = hand.reviewed()
        hand.prepared(item)
        return item

    def speak(self, language: str) -> None:
        User.objects.update(language=language)

    def words(self) -> Iterator[tuple[str, str]]:
        """Every piece of words on every page, with what people wrote taken out, and the page it stands on."""
        written = sorted(what_people_wrote(), key=len, reverse=True)

        @functools.cache  # most of a page stands on every page
        def judged(words: str) -> str:
            left = NUMBER.sub("", words).replace(ITSELF, "")
            for text in written:
                left = left.replace(text, "")
            return left

        known = functools.cache(signed_in)
        for user, address in self.visits():
            client = known(user)
            for ask in (client.get, client.post) if address.endswith(SENT_EMPTY) else (client.get,):
                answer = ask(address)
                if not answer.headers.get("Content-Type", "").startswith("text/html") or not answer.content:
                    continue
                self.seen += 1
                for words in words_of(answer.content.decode()):
                    yield f"{address} ({user.username})", judged(words)

    def looks(self) -> Iterator[tuple[User, list[tuple[Any, ...]]]]:
        """Who looks at one page of every kind: its kind for the pictures, its address."""
        cast = self.cast
        sittings = {sitting.status: sitting.pk for sitting in Sitting.objects.order_by("-pk")}
        planned = Item.objects.filter(opinions__isnull=False).earliest("pk").pk
        tabled = Item.objects.latest("pk").pk
        minutes, ballot = Minutes.objects.earliest("pk").pk, Ballot.objects.filter(body=cast.town).latest("pk").pk
        lists = (
            "home",
            "item_list",
            "sitting_list",
            "flow_list",
            "log",
            "body_list",
            "account",
            "more",
            "messages",
            "help",
        )
        yield (
            cast.town_secretary,
            [
                *((name, name) for name in lists),
                ("item", "item", planned),
                ("item-tabled", "item", tabled),
                ("history", "item_history", planned),
                ("opinions", "opinions", planned),
                ("draft", "sitting", sittings["draft"]),
                ("room", "sitting", sittings["open"]),
                ("minutes", "minutes", minutes),
                ("minutes-edit", "minutes_edit", minutes),
            ],
        )
        yield (
            cast["town.arms"],
            [("room-member", "sitting", sittings["open"]), ("ballot", "ballot", ballot), ("home-member", "home")],
        )
        yield cast.town_chair, [("ballot-locked", "ballot", ballot), ("sign", "minutes_sign", minutes)]
        yield cast.zone_proposer, [("propose", "item_new"), ("plan", "plan_edit", planned)]
        yield cast.legal, [("legality", "legality", planned)]
        yield cast.security, [("body", "body", cast.town.pk), ("seat", "seat_edit", cast.seat("town.arms").pk)]
        yield cast.designer, [("flow", "flow", "joint_decision"), ("flow-new", "flow_new")]

    def visits(self) -> Iterator[tuple[User, str]]:
        cast = self.cast
        for user in (cast.town_secretary, cast.town_member, cast.auditor):
            for name in PAGES:
                yield user, reverse(name)
        for item in Item.objects.all():
            for name, user in (
                ("item", cast.zone_proposer),
                ("item", cast.town_secretary),
                ("item_history", cast.auditor),
                ("item_edit", cast.zone_proposer),
                ("item_withdraw", cast.zone_proposer),
                ("item_confirm", cast.zone_secretary),
                ("plan_edit", cast.town_proposer),
                ("opinions", cast.zone_proposer),
                ("opinions", cast.town_member),
                ("legality", cast.legal),
                ("item_table", cast.town_secretary),
                ("execution", cast.town_secretary),
            ):
                yield user, reverse(name, args=[item.pk])
        for sitting in Sitting.objects.all():
            for user in (cast.town_secretary, cast.town_chair, cast.observer):
                yield user, reverse("sitting", args=[sitting.pk])
        for entry in AgendaEntry.objects.all():
            for name in ("statement", "entry_defer", "entry_early"):
                yield cast.town_secretary, reverse(name, args=[entry.pk])
            yield cast.town_member, reverse("statement", args=[entry.pk])
            if seat := entry.sitting.seats.filter(user=cast.town_member).first():
                yield cast.town_secretary, reverse("attendance", args=[entry.sitting_id, seat.pk])
                yield cast.town_secretary, reverse("statement_for", args=[entry.pk, seat.pk])
                yield cast.town_member, reverse("recusal", args=[entry.pk, seat.pk])
        for ballot in Ballot.objects.all():
            for user in (cast.town_member, cast.town_chair, cast.zone_member, cast["town.mayor"], cast.town_secretary):
                yield user, reverse("ballot", args=[ballot.pk])
                yield user, reverse("ballot", args=[ballot.pk]) + "?choice=for"
        for minutes in Minutes.objects.all():
            yield cast.town_secretary, reverse("minutes", args=[minutes.pk])
            yield cast.town_secretary, reverse("minutes_edit", args=[minutes.pk])
            yield cast.town_chair, reverse("minutes_sign", args=[minutes.pk])
        for version in DefinitionVersion.objects.select_related("definition"):
            yield cast.designer, reverse("flow", args=[version.definition.key])
            yield cast.designer, reverse("flow_publish", args=[version.pk])
            yield cast.designer, reverse("flow_retire", args=[version.pk])
        for task in CaseTask.objects.filter(finished=None):
            yield cast.town_secretary, reverse("step", args=[task.pk])
        for body in Body.objects.all():
            for user in (cast.admin, cast.security, cast.town_member):
                yield user, reverse("body", args=[body.pk])
            yield cast.admin, reverse("body_edit", args=[body.pk])
            yield cast.security, reverse("seat_new", args=[body.pk])
        for name in ("seat_edit", "seat_assign", "seat_end"):
            yield cast.security, reverse(name, args=[Seat.objects.earliest("pk").pk])
        yield cast.outsider, reverse("home")
        yield cast.outsider, "/nowhere/"


@pytest.fixture
def town(cast: Cast) -> Town:
    return town_of(cast)


@remembered
def town_of(cast: Cast) -> Town:
    return Town(cast)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def words_of(page: str) -> Iterator[str]:
    """The pieces of words of a page, without those marked as being of another language and without raw records."""

    def walk(element: Any) -> Iterator[str]:
        if isinstance(element.tag, str) and element.tag not in ("script", "style", "pre", "del", "ins"):
            foreign = element.tag != "html" and element.get("lang")
            if not foreign and not {"o", "n"} & set(element.get("class", "").split()):
                yield from (element.get(name) for name in ATTRIBUTES if element.get(name))
                if element.text:
                    yield element.text
                for child in element:
                    yield from walk(child)
        if element.tail:
            yield element.tail

    for words in walk(html.document_fromstring(page)):
        if plain := " ".join(words.split()):
            yield plain


def what_people_wrote() -> set[str]:
    """Every Chinese text in the database that has no English beside it."""
    found: set[str] = set()
    for model in apps.get_models():
        if model._meta.app_label not in ("permissions", "workflows", "decisions") or model.__name__ in TOLD:
            continue
        names = {field.name for field in model._meta.get_fields()}
        for field in model._meta.concrete_fields:
            if f"{field.name}_en" in names or (model.__name__, field.name) in DRAWN:
                continue
            if isinstance(field, JSONField) or (isinstance(field, (CharField, TextField)) and not field.choices):
                for value in model._default_manager.values_list(field.name, flat=True):
                    found.update(texts_in(value))
    return {line for text in found for line in map(" ".join, map(str.split, text.splitlines())) if len(line) > 1}


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str) and CHINESE.search(value):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if f"{key}_en" not in value:
                yield from texts_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_in(inner)
