"""Versions: each names its author and its act; who edits second is told what happened meanwhile and loses nothing."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from permissions import changed, versions
from permissions.actions import body_edit, seat_edit, user_edit
from permissions.errors import Conflict
from permissions.models import Body, Seat, User
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def edited(cast: Cast, seat: Seat, position: str, version: str = "") -> Seat:
    return seat_edit(
        actor=cast.security,
        seat_id=seat.pk,
        position=position,
        voting=seat.voting,
        principal=seat.principal,
        order=seat.order,
        version=version,
    )


def test_a_version_names_its_author_its_act_and_the_reason(cast: Cast) -> None:
    body = cast.town
    body.short_en = "H"
    versions.save(body, cast.admin, "body_edit", why="更名", fields=["short_en"])
    newest = body.history.first()
    assert newest.history_user == cast.admin
    assert versions.act_of(newest.history_change_reason) == ("body_edit", "更名")


def test_many_rows_written_at_once_have_a_version_each(cast: Cast) -> None:
    seats = list(Seat.objects.filter(body=cast.town))
    for seat in seats:
        seat.order += 10
    versions.save_many(seats, Seat, ["order"], cast.security, "seat_edit")
    assert versions.drifted(Seat) == []
    assert {seat.history.first().history_change_reason for seat in seats} == {"seat_edit"}


def test_what_a_sign_in_writes_makes_no_version_and_a_name_does(cast: Cast) -> None:
    user = cast.outsider
    count = user.history.count()
    user.set_password("harvest-of-2026")
    user.save(update_fields=["password", "last_login"])
    assert user.history.count() == count
    user.display_name = "镇财政所"
    user.save(update_fields=["display_name"])
    assert user.history.first().display_name == "镇财政所"
    assert not hasattr(user.history.first(), "password")


def test_a_row_written_past_its_versions_is_found(cast: Cast) -> None:
    Body.objects.filter(pk=cast.zone.pk).update(name="示范区")
    assert versions.drifted(Body) == [cast.zone.pk]


def test_the_second_to_edit_is_told_who_changed_what(cast: Cast) -> None:
    seat = cast.seat("town.arms")
    opened = versions.token(seat)
    before = seat.position
    edited(cast, seat, "党委委员（武装部）", opened)
    with pytest.raises(Conflict) as refused:
        edited(cast, seat, "党委委员（人武）", opened)
    assert refused.value.code == "edited"
    assert f"{cast.security.label}于" in refused.value.message
    assert f"岗位由“{before}”改为“党委委员（武装部）”" in refused.value.message
    assert refused.value.data["changes"] == ["position", "position_en"]
    again = edited(cast, seat, "党委委员（人武）", refused.value.data["version"])
    assert again.position == "党委委员（人武）"


def test_the_same_form_sent_twice_is_no_conflict(cast: Cast) -> None:
    seat = Seat.objects.filter(body=cast.town).last()
    assert seat is not None
    opened = versions.token(seat)
    for _ in range(2):
        edited(cast, seat, "党委委员（群团）", opened)
    assert seat.history.filter(position="党委委员（群团）").count() == 1


def test_a_change_of_something_else_is_no_conflict(cast: Cast) -> None:
    body = cast.town
    opened = versions.token(body)
    body.order += 1
    versions.save(body, cast.admin, "body_edit", fields=["order"])
    names = {"name": "洪林镇党委会", "name_en": "Honglin Committee", "short": "镇", "short_en": "T"}
    assert body_edit(actor=cast.admin, body_id=body.pk, version=opened, **names).name == "洪林镇党委会"


def test_the_form_comes_back_with_what_was_typed_and_can_be_sent_once_more(
    cast: Cast, client_of: Callable[[User], Client]
) -> None:
    client = client_of(cast.admin)
    url = reverse("body_edit", args=[cast.town.pk])
    names = {"name": "洪林镇党委会", "name_en": "Committee", "short": "洪", "short_en": "H"}
    opened = versions.token(cast.town)
    assert f'value="{opened}"' in client.get(url).content.decode()
    cast.town.name = "中共洪林镇委员会"
    versions.save(cast.town, cast.admin, "body_edit", fields=["name"])
    answer = client.post(url, names | {"version": opened})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "名称由“洪林镇党委”改为“中共洪林镇委员会”" in page
    assert 'value="洪林镇党委会"' in page
    assert f'value="{versions.token(cast.town)}"' in page
    assert client.post(url, names | {"version": versions.token(cast.town)}).status_code == 302
    assert Body.objects.get(pk=cast.town.pk).name == "洪林镇党委会"


def test_a_change_is_told_in_the_words_people_know(cast: Cast) -> None:
    seat = Seat.objects.filter(body=cast.town, voting=True, principal=False).first()
    assert seat is not None
    old = seat.history.first()
    seat.voting, seat.user = False, cast.outsider
    versions.save(seat, cast.security, "seat_edit")
    new = seat.history.first()
    told = {
        one.name: (one.label, one.old, one.new) for one in changed.changes(Seat, old, new, names(cast.admin, old, new))
    }
    assert told["voting"] == ("有表决权", "是", "否")
    assert told["user"][0] == "人员"
    assert told["user"][2] == cast.outsider.label


def names(actor: User, *rows: object) -> changed.Names:
    return changed.Names(actor, Seat, rows)


def test_an_account_renamed_meanwhile_is_told(cast: Cast) -> None:
    opened = versions.token(cast.outsider)
    user_edit(actor=cast.admin, user_id=cast.outsider.pk, display_name="镇财政所", version=opened)
    with pytest.raises(Conflict, match="岗位名称由“局外人”改为“镇财政所”"):
        user_edit(actor=cast.admin, user_id=cast.outsider.pk, display_name="镇农技站", version=opened)
    assert User.objects.get(pk=cast.outsider.pk).display_name == "镇财政所"
