"""Files from strangers are refused, or checked and explored, within time and memory whatever they hold."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .hostile import FILES

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 15  # of processor time; a second and a half was measured at most
MEGABYTES = 500  # 300 were measured at most, 50 of them the interpreter with all it loads


@pytest.mark.parametrize(("make", "codes"), FILES.values(), ids=FILES.keys())
def test_a_hostile_file_is_dealt_with_in_bounded_time_and_memory(make: Callable[[], bytes], codes: set[str]) -> None:
    program = [sys.executable, "-m", "tests.workflows.soundness.hostile"]
    done = subprocess.run(program, input=make(), capture_output=True, cwd=ROOT, timeout=100, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    answer = json.loads(done.stdout)
    assert codes <= set(answer["codes"])
    assert answer["seconds"] < SECONDS
    assert answer["megabytes"] < MEGABYTES
