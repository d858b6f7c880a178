"""Pages about the system itself."""

from __future__ import annotations

import io
import tarfile

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.cast import Cast


@pytest.mark.parametrize(
    ("name", "said"), [("help", "五个阶段"), ("accessibility", "WCAG 2.2 AA"), ("source", "AGPL-3.0-or-later")]
)
def test_everybody_may_read_about_the_system(client: Client, db: None, name: str, said: str) -> None:
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_the_source_is_offered_without_data_or_keys(client: Client, db: None) -> None:
    answer = client.get(reverse("source_archive"))
    content = b"".join(answer.streaming_content)
    answer.close()
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        names = archive.getnames()
    assert "sangong/manage.py" in names
    assert "sangong/permissions/look/sources.py" in names
    assert not [name for name in names if "/var/" in name or name.endswith(("secret_key", "example-password", ".env"))]
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_the_components_are_shown_in_development_only(client: Client, db: None) -> None:
    assert not settings.DEBUG
    assert client.get(reverse("look")).status_code == 404


def test_more_asks_to_sign_in(client: Client, cast: Cast) -> None:
    assert client.get(reverse("more")).status_code == 302
    client.force_login(cast.town_member, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("more"))
    for name in ("flow_list", "log", "body_list", "account"):
        assert f'href="{reverse(name)}"' in answer.content.decode()
