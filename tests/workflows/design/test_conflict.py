"""Two designers draw one flow: neither loses anything, both learn of each other, and one decides."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from permissions.errors import Conflict
from permissions.models import User
from tests.cast import Cast, hold
from tests.workflows.design.test_editor import ask, data_of
from tests.workflows.diagrams import SECRETARY_THEN_CHAIR
from workflows import actions
from workflows.models import DefinitionVersion, Drawing

ONE = SECRETARY_THEN_CHAIR.decode()
MINE = ONE.replace("书记签发", "书记签批")
THEIRS = ONE.replace("秘书核对", "秘书复核").replace("书记签发", "书记审签")


@pytest.fixture
def other(cast: Cast) -> User:
    """A second designer."""
    hold(cast.legal, "designer")
    return cast.legal


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def version(cast: Cast) -> DefinitionVersion:
    return actions.definition_save(actor=None, key="small", name="小流程", xml=SECRETARY_THEN_CHAIR)


@pytest.mark.django_db
def test_whoever_saves_second_is_told_and_decides(cast: Cast, other: User, version: DefinitionVersion) -> None:
    base, me, them = version.sha256, client_of(cast.designer), client_of(other)
    ask(me, "keep", xml=MINE, base=base)
    assert ask(them, "keep", xml=THEIRS, base=base)["others"][0]["who"] == cast.designer.label
    assert "也在画这个流程" in them.get("/flows/small/edit/").content.decode()
    ask(them, "save", xml=THEIRS, base=base)
    current = ask(me, "keep", xml=MINE, base=base)["current"]
    refused = ask(me, "save", 409, xml=MINE, base=base)
    assert (refused["code"], refused["data"]["current"]) == ("saved_since", current)
    assert [save["who"] for save in refused["data"]["saves"]] == [other.label]
    assert refused["data"]["address"] == "/flows/small/edit/choose/"
    version.refresh_from_db()
    assert (version.xml, data_of(me)["xml"]) == (THEIRS, MINE)

    page = me.get("/flows/small/edit/choose/").content.decode()
    assert "有 1 处您和对方都改了" in page
    assert "原名“秘书核对”" in page.split('aria-labelledby="mine"')[0]
    assert "原名“秘书核对”" not in page.split('aria-labelledby="mine"')[1]

    me.post("/flows/small/edit/choose/", {"choice": "mine", "current": base})
    version.refresh_from_db()
    assert version.xml == THEIRS
    me.post("/flows/small/edit/choose/", {"choice": "mine", "current": current})
    version.refresh_from_db()
    assert version.xml == MINE
    assert version.note.startswith(f"没有采用{other.label}保存的改动")
    assert "秘书核对" in version.note
    assert [row.xml for row in version.history.order_by("history_id")] == [ONE, THEIRS, MINE]
    assert not Drawing.objects.exists()
    assert me.get("/flows/small/edit/choose/")["Location"] == "/flows/small/edit/"


@pytest.mark.django_db
def test_taking_theirs_gives_up_ones_own(cast: Cast, other: User, version: DefinitionVersion) -> None:
    base, me = version.sha256, client_of(cast.designer)
    ask(me, "keep", xml=MINE, base=base)
    actions.drawing_save(actor=other, key="small", name="", xml=THEIRS, base=base)
    assert "看对方改了什么" in me.get("/flows/small/edit/").content.decode()
    assert me.post("/flows/small/edit/choose/", {"choice": ""})["Location"] == "/flows/small/edit/choose/"
    me.post("/flows/small/edit/choose/", {"choice": "theirs"})
    assert data_of(me)["xml"] == THEIRS
    assert not Drawing.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_told(cast: Cast, other: User, version: DefinitionVersion) -> None:
    def save(asked: tuple[User, str]) -> str:
        try:
            actions.drawing_save(actor=asked[0], key="small", name="", xml=asked[1], base=version.sha256)
        except Conflict as error:
            return error.code
        finally:
            connection.close()
        return "saved"

    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(save, [(cast.designer, MINE), (other, THEIRS)]))
    assert found == ["saved", "saved_since"]
    version.refresh_from_db()
    assert version.xml in (MINE, THEIRS)
    assert version.history.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_windows_that_keep_for_the_first_time_at_once_leave_one_drawing(
    cast: Cast, version: DefinitionVersion
) -> None:
    def keep(xml: str) -> None:
        actions.drawing_keep(actor=cast.designer, key="small", xml=xml, base=version.sha256)
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(keep, [MINE, THEIRS]))
    assert Drawing.objects.get().xml in (MINE, THEIRS)
