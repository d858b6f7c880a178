"""What is withheld from whom (R24, R40): proven over every page that takes an item, and every policy that hangs on one."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.db.models import ForeignKey, Model, OneToOneField
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader, PdfWriter

from decisions import stamping
from decisions.actions import items as act_items
from decisions.actions import sittings as act
from decisions.models import AgendaEntry, Item, ItemReader, Material, Minutes, Opinion, PaperView
from decisions.policies import access
from decisions.selectors import items as select
from decisions.selectors.log import Asked, log_page
from decisions.selectors.minutes.compose import compose
from decisions.selectors.notice import prepared
from permissions import ids, policies
from permissions.errors import Denied, Hidden
from permissions.models import AuditEvent, Seat, User
from permissions.policies import may, visible
from tests.decisions.items.test_substitutions import again, give
from tests.decisions.sittings.conftest import Room
from tests.test_every_address import addresses
from workflows import overview
from workflows.models import Case, CaseTask, StepFile
from workflows.policies import knowing
from workflows.selectors import inbox

Refused = Callable[..., Any]
ClientOf = Callable[[User], Client]
TITLE = "示范区企业收购谈判底价"
SECRET = "底价六千万元"


def secret(room: Room, *named: User, title: str = TITLE) -> Item:
    item = room.item(title)
    Opinion.objects.create(
        item=item, plan_version=5, by=room.cast.town_secretary, body=room.cast.town, text=SECRET, at=timezone.now()
    )
    plan = item.plan
    assert plan is not None
    plan.clauses = [{"title": "底价", "body": SECRET}]
    plan.save()
    act_items.item_classify(actor=room.cast.town_secretary, item_id=item.pk, grade="business", reason="报价未公开")
    if named:
        name(room, item, *named)
    item.refresh_from_db()
    return item


def name(room: Room, item: Item, *users: User) -> list[ItemReader]:
    ids = [user.pk for user in users]
    return act_items.readers_add(actor=room.cast.town_secretary, item_id=item.pk, users=ids, reason="须参加表决")


def voters() -> list[User]:
    return [seat.user for seat in Seat.objects.in_force().voting().select_related("user") if seat.user is not None]


def material(room: Room, item: Item, content: bytes, kind: str, label: str) -> Material:
    stored = default_storage.save(f"materials/{label}-{item.pk}", ContentFile(content))
    return Material.objects.create(
        item=item,
        kind="other",
        name=label,
        file=stored,
        size=len(content),
        content_type=kind,
        sha256=f"{item.pk:064}",
        uploaded_by=room.cast.town_proposer,
        uploaded_at=timezone.now(),
    )


def pages_of(item: Item) -> Iterator[str]:
    """Every address whose first argument is an item, filled with this one."""
    material_pk = item.materials.values_list("pk", flat=True).first() or 1
    for label, taken in addresses():
        if not taken:
            continue
        try:
            url = reverse(label, args=[item.pk, *[material_pk] * (len(taken) - 1)])
        except Exception:  # noqa: BLE001  an address that takes words, not ids
            continue
        if url.startswith("/items/"):
            yield url


def test_r40_no_page_of_a_confidential_item_opens_for_whoever_is_not_named(room: Room, client_of: ClientOf) -> None:
    item = secret(room)
    material(room, item, b"%PDF-1.7\n%%EOF", "application/pdf", "a.pdf")
    urls = list(pages_of(item))
    assert len(urls) > 15
    for who in (room.cast.town_member, room.cast.zone_chair, room.cast.legal, room.cast.observer, room.cast.auditor):
        client = client_of(who)
        for url in urls:
            for answer in (client.get(url), client.post(url)):
                body = answer.content.decode() if not answer.streaming else ""
                assert answer.status_code in (302, 403, 404, 405) or (
                    who == room.cast.auditor and url.endswith("/views/")
                ), (who.username, url, answer.status_code)
                assert TITLE not in body and SECRET not in body, (who.username, url)


def test_r40_nothing_anywhere_says_what_a_confidential_item_is_about(room: Room, client_of: ClientOf) -> None:
    item = secret(room)
    room.prepare(item, room.item("村道养护"), at=timezone.now() + timedelta(days=5))
    sitting = reverse("sitting", args=[room.sitting.pk])
    urls = [
        reverse("home"),
        reverse("messages"),
        reverse("item_list"),
        reverse("sitting_list"),
        sitting,
        reverse("notice", args=[room.sitting.pk]),
        reverse("log"),
        reverse("log") + f"?subject=item:{item.pk}",
        reverse("log_download", args=[f"item:{item.pk}"]),
        reverse("case_list"),
        reverse("case", args=[item.case_id]),
        # Last, since the log keeps what an auditor looked for, in the auditor's own words.
        reverse("item_list") + f"?q={TITLE}",
        reverse("log") + f"?q={TITLE}",
    ]
    for who in (room.cast.town_member, room.cast.legal, room.cast.zone_proposer, room.cast.auditor, room.cast.admin):
        for url in urls:
            answer = client_of(who).get(url)
            body = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
            echoed = body.replace(f'value="{TITLE}"', "")
            assert TITLE not in echoed and SECRET not in body, (who.username, url)
    assert access.covered_title() in client_of(room.cast.town_member).get(sitting).content.decode()
    assert TITLE in client_of(room.cast.zone_secretary).get(sitting).content.decode()


def test_r40_tasks_lists_and_the_flow_of_a_confidential_item_are_for_its_readers(room: Room) -> None:
    item = room.item(TITLE)
    task = CaseTask.objects.get(process=item.case_id, finished__isnull=True)
    legal, member = room.cast.legal, room.cast.town_member
    act_items.item_classify(actor=room.cast.town_secretary, item_id=item.pk, grade="work", reason="未公开")
    assert task.pk in inbox(room.cast.town_secretary).values_list("pk", flat=True)
    for who in (legal, member):
        assert not select.item_list(who).filter(pk=item.pk).exists()
        assert not visible(who, CaseTask).filter(process=item.case_id).exists()
        assert not visible(who, Case).filter(pk=item.case_id).exists()
        assert not inbox(who).filter(process=item.case_id).exists()
    auditor = room.cast.auditor
    assert visible(auditor, Case).filter(pk=item.case_id).exists()
    assert not knowing(auditor, Case.objects.filter(pk=item.case_id)).exists()
    name(room, item, legal, member, auditor)
    for who in (legal, member, auditor):
        assert may(User.objects.get(pk=who.pk), "view", item)
        assert select.item_list(who).filter(pk=item.pk).exists()
    assert knowing(auditor, Case.objects.filter(pk=item.case_id)).exists()


def test_r40_the_figures_of_a_flow_leave_out_what_the_reader_may_not_know_of(room: Room) -> None:
    open_one, kept = room.item("公开的一件"), secret(room, room.cast.town_member)
    assert open_one.case is not None and kept.case is not None
    version = kept.case.version
    process = overview.read_version(version).process
    told = {}
    for who in (room.cast.legal, room.cast.town_member, room.cast.designer, room.cast.admin, room.cast.auditor):
        flow = next(row for row in overview.flow_rows(who) if row.definition == version.definition)
        one = overview.versions_of(who, version.definition).get(pk=version.pk)
        counts = {flow.running, one.running, overview.running_count(who, version.definition)}
        open_steps = sum(step.open for step in overview.steps_of(who, version, process))
        told[who.username] = (counts, open_steps)
    assert told.pop("legal") == ({1}, 1)
    assert set(map(str, told.values())) == {"({2}, 2)"}


def test_r40_the_auditor_proves_the_chain_and_reads_no_entry_of_it(room: Room, client_of: ClientOf) -> None:
    item = secret(room)
    page = log_page(room.cast.auditor, Asked(subject=item.subject))
    assert page.lines and not any(line.details for line in page.lines)
    assert {line.subject.label.split()[0] for line in page.lines} == {access.covered_title()}
    client = client_of(room.cast.auditor)
    assert client.get(reverse("log_download", args=[item.subject])).status_code == 404
    assert client.post(reverse("log_check")).status_code == 200
    name(room, item, room.cast.auditor)
    assert any(line.details for line in log_page(room.cast.auditor, Asked(subject=item.subject)).lines)


def test_every_policy_on_what_hangs_on_an_item_withholds_it(room: Room) -> None:
    """Rows of every model that leads to an item, asked for by somebody not named: a new model cannot forget it."""
    item = secret(room)
    room.prepare(item)
    name(room, item, *(user for user in voters() if user != room.cast.town_member))
    member = User.objects.get(pk=room.cast.town_member.pk)
    for model in policies.registered():
        path = _way_to_item(model)
        if path is None:
            continue
        rows = visible(member, model).filter(**{path: item.pk})
        assert not rows.exists(), model.__name__


def _way_to_item(model: type[Model], depth: int = 4) -> str | None:
    """The lookup that leads from a model of ours to its item, over fields that are always there."""
    if model is Item:
        return "pk"
    if depth == 0 or model._meta.app_label != "decisions":
        return None
    for field in model._meta.fields:
        if isinstance(field, ForeignKey | OneToOneField) and not field.null:
            target = field.related_model
            if target is Item:
                return field.name
            found = _way_to_item(target, depth - 1) if isinstance(target, type) else None
            if found is not None:
                return f"{field.name}__{found}"
    return None


def test_r40_readers_are_named_and_taken_off_with_a_reason_and_stay_on_record(room: Room, refused: Refused) -> None:
    item, desk = secret(room), room.cast.town_secretary
    add = {"actor": desk, "item_id": item.pk, "users": [room.cast.legal.pk]}
    with refused("no_reason"):
        act_items.readers_add(**add, reason="")
    for _again in range(2):
        act_items.readers_add(**add, reason="出具法律意见")
    assert item.readers.count() == 1
    with refused("invalid"):
        act_items.readers_add(actor=desk, item_id=item.pk, users=[room.cast.admin.pk], reason="维护")
    with pytest.raises(Hidden):
        act_items.readers_add(actor=room.cast.town_chair, item_id=item.pk, users=[room.cast.town_chair.pk], reason="看")
    with pytest.raises(Denied):
        act_items.readers_add(actor=room.cast.legal, item_id=item.pk, users=[room.cast.town_chair.pk], reason="看")
    with refused("no_reason"):
        act_items.reader_remove(actor=desk, item_id=item.pk, user_id=room.cast.legal.pk, reason=" ")
    for _again in range(2):
        act_items.reader_remove(actor=desk, item_id=item.pk, user_id=room.cast.legal.pk, reason="已出具意见")
    row = ItemReader.objects.get()
    assert (row.removed_by, row.removed_reason) == (desk, "已出具意见")
    assert not may(room.cast.legal, "view", item)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        ItemReader.objects.filter(pk=row.pk).update(removed_at=None)
    told = AuditEvent.objects.filter(subject=item.subject, verb__in=["item_classify", "readers_add", "reader_remove"])
    assert [event.verb for event in told.order_by("seq")] == ["item_classify", "readers_add", "reader_remove"]


def test_r40_an_item_is_opened_again_with_a_reason(room: Room, refused: Refused) -> None:
    item, desk = secret(room), room.cast.town_secretary
    with refused("no_reason"):
        act_items.item_classify(actor=desk, item_id=item.pk, grade="", reason="")
    act_items.item_classify(actor=desk, item_id=item.pk, grade="", reason="已对外公布")
    assert may(room.cast.town_member, "view", item)
    with refused("not_confidential"):
        name(room, item, room.cast.legal)


def test_r40_no_notice_and_no_opening_before_every_voting_seat_is_named(room: Room, refused: Refused) -> None:
    item = secret(room)
    room.prepare(item)
    with refused("readers_missing", "党委委员（人大）"):
        room.notice()
    name(room, item, *voters())
    notice = room.notice()
    observer = notice.copies.filter(user=room.cast.observer).first()
    assert observer is not None and observer.withheld == [item.pk]
    assert notice.copies.get(user=room.cast.town_member).withheld == []
    assert notice.content["agenda"][0]["title"] == ""
    act_items.reader_remove(
        actor=room.cast.town_secretary, item_id=item.pk, user_id=room.cast.town_member.pk, reason="误定"
    )
    with refused("readers_missing"):
        act.sitting_open(actor=room.cast.town_secretary, sitting_id=room.sitting.pk)


def test_r40_a_confidential_item_is_not_added_behind_the_back_of_who_decides_on_it(
    room: Room, refused: Refused
) -> None:
    item = secret(room)
    room.prepare(room.item("村道养护"))
    room.notice()
    ask = {"actor": room.cast.town_secretary, "sitting_id": room.sitting.pk, "item_id": item.pk, "kind": "add"}
    with refused("readers_missing", "党组书记"):
        act.agenda_change_ask(**ask, reason="须当周议定")
    name(room, item, *voters())
    change = act.agenda_change_ask(**ask, reason="须当周议定")
    assert act.agenda_change_decide(actor=room.cast.zone_chair, change_id=change.pk, approve=True).approved


def test_r40_why_a_confidential_item_joins_an_agenda_is_told_to_its_readers_alone(room: Room) -> None:
    item = secret(room)
    room.prepare(room.item("村道养护"))
    room.notice()
    name(room, item, *voters())
    change = act.agenda_change_ask(
        actor=room.cast.town_secretary, sitting_id=room.sitting.pk, item_id=item.pk, kind="add", reason=SECRET
    )
    act.agenda_change_decide(actor=room.cast.zone_chair, change_id=change.pk, approve=True, words=SECRET)
    told = AuditEvent.objects.filter(verb__startswith="agenda_change_")
    assert [row.verb for row in told.filter(subject=room.sitting.subject)] == [
        row.verb for row in told.filter(subject=item.subject)
    ]
    assert all(SECRET not in str(row.data) for row in AuditEvent.objects.filter(subject=room.sitting.subject))
    assert all(row.data["reason"] == SECRET for row in told.filter(subject=item.subject))
    assert SECRET not in room.sitting.notice_rows.latest("pk").reason


def test_r40_a_file_of_a_confidential_item_begins_with_who_took_it_and_when(room: Room, client_of: ClientOf) -> None:
    item, plain = secret(room), room.item("村道养护")
    secretary = room.cast.town_secretary
    client = client_of(secretary)
    for url in (reverse("ledger_json", args=[item.pk]), reverse("dissent_of_item", args=[item.pk]) + "?format=json"):
        first = next(iter(client.get(url).json().items()))
        assert first[0] == "reader" and secretary.username in first[1], url
    text = client.get(reverse("dissent_of_item", args=[item.pk]), {"format": "txt"}).content.decode()
    assert secretary.username in text.splitlines()[0]
    taken = b"".join(client.get(reverse("log_download", args=[item.subject])).streaming_content).decode().splitlines()
    assert secretary.username in taken[0] and '"hash"' not in taken[0] and '"hash"' in taken[1]
    assert "reader" not in client.get(reverse("ledger_json", args=[plain.pk])).json()
    assert PaperView.objects.filter(item=item, page="log_download").exists()


def test_r40_whoever_is_in_attendance_sees_nothing_of_a_confidential_entry(room: Room, client_of: ClientOf) -> None:
    item = secret(room)
    name(room, item, *voters())
    room.prepare(item)
    room.notice()
    act.sitting_open(actor=room.cast.town_secretary, sitting_id=room.sitting.pk)
    page = client_of(room.cast.observer).get(reverse("sitting", args=[room.sitting.pk])).content.decode()
    assert TITLE not in page and access.covered_title() in page and "签到" in page
    member = client_of(room.cast.town_member).get(reverse("sitting", args=[room.sitting.pk])).content.decode()
    assert TITLE in member and "sg-watermark" in member and "town.congress" in member


def test_r40_no_page_around_an_agenda_names_a_confidential_item_of_it(room: Room, client_of: ClientOf) -> None:
    item, plain = secret(room), room.item("村道养护")
    name(room, item, *voters())
    room.prepare(item, plain)
    room.notice()
    act.agenda_change_ask(
        actor=room.cast.town_secretary, sitting_id=room.sitting.pk, item_id=item.pk, kind="remove", reason="再议"
    )
    observer, member = room.cast.observer, room.cast.town_member
    assert prepared(room.sitting, observer)["changes"] == []
    assert [change.item for change in prepared(room.sitting, member)["changes"]] == [item]

    give(room.cast)
    stand_in = client_of(again(room.cast.legal))
    asked = reverse("agenda_ask", args=[room.sitting.pk])
    assert TITLE in client_of(room.cast.zone_secretary).get(asked).content.decode()
    covered = stand_in.get(asked).content.decode()
    assert TITLE not in covered and access.covered_title() in covered, (
        "a stand-in is named for this very item or knows it not"
    )

    act.sitting_open(actor=room.cast.town_secretary, sitting_id=room.sitting.pk)
    for row in room.sitting.seats.select_related("user", "body"):
        room.seats[row.user.username, row.body.code] = row
    room.arrive("town.mayor")
    entry = room.sitting.entries.get(item=item)
    act.entry_call(actor=room.cast.town_secretary, entry_id=entry.pk)
    chair = reverse("chair_take", args=[room.sitting.pk])
    assert TITLE in client_of(room.cast.zone_secretary).get(chair, {"of": ids.cover(entry.pk)}).content.decode()
    head = room.cast.town_chair
    act_items.reader_remove(actor=room.cast.town_secretary, item_id=item.pk, user_id=head.pk, reason="不再参加")
    kept = client_of(head).get(chair, {"of": ids.cover(entry.pk)})
    assert kept.status_code == 404 and TITLE not in kept.content.decode()

    why, seat = "近亲属在谈判企业任职", room.seat("town.congress")
    act.recusal_declare(actor=member, entry_id=entry.pk, seat_id=seat.pk, reason=why)
    page = reverse("sitting", args=[room.sitting.pk])
    assert why in client_of(room.cast.zone_secretary).get(page).content.decode()
    assert why not in client_of(observer).get(page).content.decode(), "why somebody steps back tells what it is about"


def test_r22_a_written_opinion_is_read_by_its_seat_and_the_desk_and_cites_no_confidential_item(
    room: Room, client_of: ClientOf
) -> None:
    item, plain = room.item(TITLE), room.item("村道养护")
    opened = room.open(plain, item)
    room.arrive("town.mayor")
    mayor = room.seat("town.mayor")
    room.attend(mayor, "absent", reason="出差", opinion=SECRET)
    form = reverse("attendance", args=[room.sitting.pk, mayor.pk])
    assert SECRET in client_of(room.cast.town_secretary).get(form).content.decode()
    assert SECRET in client_of(room.cast["town.mayor"]).get(form).content.decode()
    refusal = client_of(room.cast.town_member).get(form)
    assert refusal.status_code == 403 and SECRET not in refusal.content.decode()

    other = room.sitting.entries.get(item=item)
    assert all(SECRET in compose(entry) for entry in (opened, other)), "on record word for word (R22, R30)"
    Item.objects.filter(pk=item.pk).update(confidential=Item.Grade.BUSINESS, confidential_reason="报价未公开")
    opened, other = (AgendaEntry.objects.get(pk=entry.pk) for entry in (opened, other))
    assert SECRET not in compose(opened) and "提交书面意见" in compose(opened), (
        "who reads these need not know that item (R40)"
    )
    assert SECRET in compose(other), "its own minutes are for its readers"


def test_r24_a_recused_member_gets_no_paper_before_during_or_after(room: Room, client_of: ClientOf) -> None:
    item = room.item()
    Opinion.objects.create(
        item=item, plan_version=5, by=room.cast.town_secretary, body=room.cast.town, text=SECRET, at=timezone.now()
    )
    paper = material(room, item, b"%PDF-1.7\n%%EOF", "application/pdf", "评估.pdf")
    entry = room.open(item)
    room.arrive()
    room.begin(entry)
    member, seat = room.cast.town_member, room.seat("town.congress")
    client = client_of(member)
    assert client.get(reverse("item_history", args=[item.pk])).status_code == 200
    act.recusal_declare(actor=member, entry_id=entry.pk, seat_id=seat.pk, reason="近亲属在承租企业任职")

    def sees_nothing() -> None:
        for url in pages_of(item):
            answer = client.get(url)
            body = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
            assert SECRET not in body, url
            if url == reverse("item", args=[item.pk]):
                assert answer.status_code == 200 and "您对这件议题已回避" in body
            else:
                assert answer.status_code in (302, 403, 404, 405), (url, answer.status_code)
        assert client.get(reverse("material", args=[item.pk, paper.pk])).status_code == 404
        assert not visible(member, AuditEvent).filter(subject=item.subject).exists()
        assert not visible(member, Minutes).filter(entry=entry).exists()

    sees_nothing()
    mayor = room.seat("town.mayor")
    assert mayor.user is not None
    words = "意见甲乙丙"
    act.statement_record(actor=mayor.user, entry_id=entry.pk, seat_id=mayor.pk, stance="agree", words=words)
    during = client.get(reverse("sitting", args=[room.sitting.pk])).content.decode()
    assert words not in during and "您对这一项已回避" in during and item.title in during
    room.hear(entry, "town.mayor")
    room.decide(entry, "f" * 8, "f" * 7)
    sees_nothing()
    for ballot in entry.ballots.all():
        for page in ("ballot", "ballot_live", "ballot_slips"):
            refusal = client.get(reverse(page, args=[ballot.pk]))
            assert refusal.status_code == 403, "whom or what it put to the vote is in the papers"
            assert client_of(room.cast.zone_member).get(reverse(page, args=[ballot.pk])).status_code == 200, page
    after = client.get(reverse("item", args=[item.pk])).content.decode()
    assert "两个班子都通过" in after


def test_r24_a_recusal_holds_in_the_next_sitting_as_well(room: Room) -> None:
    item = room.item()
    entry = room.open(item)
    seat = room.seat("town.congress")
    act.recusal_declare(actor=room.cast.town_member, entry_id=entry.pk, seat_id=seat.pk, reason="近亲属任职")
    act.entry_defer(actor=room.cast.zone_chair, entry_id=entry.pk, reason="补充材料")
    assert access.kept_from(room.cast.town_member, item) == access.RECUSED
    assert may(room.cast.town_member, "know", item) and not may(room.cast.town_member, "opinion_add", item)
    assert not access.kept_from(room.cast["town.mayor"], item)


def test_r40_every_opening_is_on_record_with_who_what_and_when(room: Room, client_of: ClientOf) -> None:
    member = room.cast.town_member
    item = secret(room, member)
    page = client_of(member).get(reverse("item", args=[item.pk]))
    assert "sg-watermark" in page.content.decode() and "no-store" in page["Cache-Control"]
    view = PaperView.objects.get(item=item, user=member)
    assert view.page == "item"
    for rows in (PaperView.objects.filter(pk=view.pk),):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(page="x")
    address = reverse("paper_views", args=[item.pk])
    assert "党委委员（人大）" in client_of(room.cast.zone_secretary).get(address).content.decode()
    audited = client_of(room.cast.auditor).get(address).content.decode()
    assert "党委委员（人大）" in audited and TITLE not in audited
    assert client_of(member).get(address).status_code == 404
    assert client_of(room.cast.town_chair).get(address).status_code == 404


def a_pdf() -> bytes:
    writer = PdfWriter()
    for _page in range(2):
        writer.add_blank_page(width=595, height=842)
    writer.pages[1].rotate(90)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def a_png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return out.getvalue()


def test_r40_a_downloaded_file_carries_its_reader_on_every_page(room: Room, client_of: ClientOf) -> None:
    member = room.cast.town_member
    item = secret(room, member)
    client = client_of(member)
    kinds = {"评估.pdf": (a_pdf(), "application/pdf", 2), "现场.png": (a_png(), "image/png", 1)}
    for label, (content, kind, count) in kinds.items():
        row = material(room, item, content, kind, label)
        answer = client.get(reverse("material", args=[item.pk, row.pk]))
        assert answer["Content-Type"] == "application/pdf" and "attachment" in answer["Content-Disposition"]
        pages = PdfReader(io.BytesIO(answer.content)).pages
        assert len(pages) == count
        assert all("town.congress" in page.extract_text() for page in pages), label
        row.removed_at = timezone.now()
        row.save()
    text = material(room, item, "底价表".encode(), "text/csv", "底价.csv")
    page = client.get(reverse("material", args=[item.pk, text.pk])).content.decode()
    assert "底价表" in page and "sg-watermark" in page
    assert PaperView.objects.filter(user=member, material=text).count() == 1
    # A file given at a step of the item's flow is one of its papers.
    task = CaseTask.objects.filter(process=item.case_id).first()
    assert task is not None
    stored = default_storage.save("steps/paper", ContentFile(a_pdf()))
    given: dict[str, Any] = {"field": "papers", "size": 1, "content_type": "application/pdf", "sha256": "0" * 64}
    said = {
        "name": "附件.pdf",
        "uploaded_by": room.cast.town_secretary,
        "uploaded": timezone.now(),
        "given": timezone.now(),
    }
    paper = StepFile.objects.create(task=task, file=stored, **given, **said)
    answer = client.get(reverse("step_file", args=[task.pk, paper.pk]))
    assert all("town.congress" in page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert PaperView.objects.filter(user=member, page="step_file").count() == 1
    assert client_of(room.cast.zone_member).get(reverse("step_file", args=[task.pk, paper.pk])).status_code == 404


def test_r40_what_cannot_carry_a_mark_is_neither_taken_nor_given_out(room: Room, client_of: ClientOf) -> None:
    item = secret(room, room.cast.town_member)
    old = material(room, item, b"PK", "application/msword", "底价.doc")
    answer = client_of(room.cast.town_member).get(reverse("material", args=[item.pk, old.pk]))
    assert answer.status_code == 409 and "另存为没有密码的 PDF" in answer.content.decode()
    locked = PdfWriter()
    locked.add_blank_page(width=100, height=100)
    locked.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    locked.write(out)
    for content in (out.getvalue(), b"%PDF-1.7 broken", b""):
        with pytest.raises(stamping.Unmarkable):
            stamping.pdf(content, "x")
    with pytest.raises(stamping.Unmarkable):
        stamping.image(b"\x89PNG broken", "x")


def test_an_open_item_leaves_as_it_came_and_its_files_say_who_opened_them(room: Room, client_of: ClientOf) -> None:
    item = room.item()
    content = a_pdf()
    row = material(room, item, content, "application/pdf", "评估.pdf")
    answer = client_of(room.cast.town_member).get(reverse("material", args=[item.pk, row.pk]))
    assert b"".join(answer.streaming_content) == content
    assert PaperView.objects.get().material == row


def test_a_stand_in_can_be_read_and_never_saved(room: Room) -> None:
    item = secret(room)
    shown = access.stand_in(item)
    assert (shown.title, shown.summary, shown.covered) == (access.covered_title(), "", True)
    with pytest.raises(TypeError):
        shown.save()


def test_the_page_of_readers_classifies_names_and_takes_off(room: Room, client_of: ClientOf) -> None:
    item, client = room.item(TITLE), client_of(room.cast.zone_secretary)
    page = reverse("readers", args=[item.pk])
    assert client.post(page, {"grade": "work", "classify_reason": ""}).status_code == 422
    client.post(page, {"grade": "work", "classify_reason": "未公开"})
    item.refresh_from_db()
    assert item.confidential == Item.Grade.WORK
    room.prepare(item)
    assert "这些表决席位还不在知悉人员之列" in client.get(page).content.decode()
    add = reverse("readers_add", args=[item.pk])
    assert client.post(add, {"users": [room.cast.legal.pk], "reason": ""}).status_code == 422
    client.post(add, {"users": [user.pk for user in voters()], "reason": "须表决"})
    assert "这些表决席位还不在知悉人员之列" not in client.get(page).content.decode()
    client.post(reverse("reader_remove", args=[item.pk, room.cast.town_member.pk]), {"reason": "误定"})
    assert "已移出" in client.get(page).content.decode()
    assert client_of(room.cast.legal).get(page).status_code == 404
