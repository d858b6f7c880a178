"""How long technical logs are kept (N1): put aside when large, gone only after more than six months."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from config.retention import ROTATED_BYTES, TECHNICAL_LOGS, rotate

NOW = datetime(2026, 9, 8, tzinfo=UTC)


def aged(path: Path, age: timedelta) -> Path:
    path.write_text("x")
    stamp = (NOW - age).timestamp()
    os.utime(path, (stamp, stamp))
    return path


def test_n1_no_log_under_six_months_goes() -> None:
    for month in range(1, 13):
        later = date(2026 + (month + 5) // 12, (month + 5) % 12 + 1, 1)
        assert later - date(2026, month, 1) <= TECHNICAL_LOGS


def test_n1_logs_are_put_aside_and_only_old_ones_of_the_same_program_removed(tmp_path: Path) -> None:
    young = aged(tmp_path / "web.20260401T000000000000.log", timedelta(days=160))
    old = aged(tmp_path / "web.20260101T000000000000.log", TECHNICAL_LOGS + timedelta(seconds=1))
    other = aged(tmp_path / "worker.20260101T000000000000.log", timedelta(days=400))
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * (ROTATED_BYTES + 1))
    rotate(log, NOW)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "web.20260401T000000000000.log",
        "web.20260908T000000000000.log",
        "worker.20260101T000000000000.log",
    ]
    assert (young.exists(), old.exists(), other.exists()) == (True, False, True)


def test_a_small_log_goes_on_and_none_is_no_error(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    rotate(log, NOW)
    log.write_text("x")
    rotate(log, NOW)
    assert log.read_text() == "x"
