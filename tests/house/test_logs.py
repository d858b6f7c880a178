"""The program's log is JSON, a line an event, and holds no secrets."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from config.database import BASE_DIR
from config.logs import without_secrets

CODE = """
import logging, structlog
from config.logs import logging_configuration
logging_configuration("INFO", plain=False)
structlog.get_logger("ours").info("started", port=8000, password="hunter2")
logging.getLogger("theirs").warning("cannot reach %s", "postgresql://u:hunter2@h/d")
try:
    secret_local = "hunter2"
    raise ValueError("odd")
except ValueError:
    logging.getLogger("theirs").exception("failed")
logging.getLogger("theirs").debug("not at this level")
"""


def test_each_event_is_one_json_object_without_secrets() -> None:
    result = subprocess.run([sys.executable, "-c", CODE], cwd=BASE_DIR, capture_output=True, text=True, check=True)
    events = [json.loads(line) for line in result.stderr.splitlines()]
    assert [(event["logger"], event["level"]) for event in events] == [
        ("ours", "info"),
        ("theirs", "warning"),
        ("theirs", "error"),
    ]
    assert events[0]["port"] == 8000
    assert events[1]["event"] == "cannot reach postgresql://u:***@h/d"
    assert "ValueError: odd" in events[2]["exception"]
    assert "hunter2" not in result.stderr.replace('secret_local = "hunter2"', "")


@pytest.mark.parametrize(
    "key",
    ["password", "new_password", "SECRET_KEY", "csrf_token", "Cookie", "authorization", "session_key", "DATABASE_URL"],
)
def test_values_under_telling_names_are_blanked(key: str) -> None:
    assert without_secrets(None, "info", {key: "hunter2"}) == {key: "***"}


@pytest.mark.parametrize(
    "given",
    [
        {"form": {"username": "a", "password": "hunter2"}},
        {"rows": [{"token": "hunter2"}, ("x", {"api": {"secret": "hunter2"}})]},
        {"error": ValueError("password=hunter2")},
        {"event": "GET /reset/?token=hunter2&next=/"},
        {"event": "{'new_password1': 'hunter2', 'old_password': \"hunter2\"}"},
        {"event": "Authorization: Bearer hunter2hunter2"},
        {"event": "Cookie: __Host-sessionid=hunter2; __Host-csrftoken=hunter2"},
        {"event": b"password: hunter2"},
        {"event": "otpauth://totp/a?secret=hunter2"},
        {"exception": "psycopg.OperationalError: postgresql://owner:hunter2@db/sangong"},
    ],
)
def test_secrets_are_blanked_wherever_they_stand(given: dict[str, object]) -> None:
    assert "hunter2" not in json.dumps(dict(without_secrets(None, "info", given)))


@pytest.mark.parametrize("text", ["password=hunter2 host=h", "sessionid=hunter2; path=/", "token: hunter2"])
def test_secrets_inside_a_text_are_blanked(text: str) -> None:
    assert "hunter2" not in without_secrets(None, "info", {"event": text})["event"]


def test_ordinary_words_stay() -> None:
    event = {
        "event": "votes for 6 of 9; 议〔2026〕17号: kept",
        "ballot": 33,
        "waiting": [1, 2.5],
        "session": None,
        "ok": True,
    }
    assert without_secrets(None, "info", dict(event)) == event
