"""Runs stored cases (diagram, steps, expectations) through the real stack: definitions, actions, viewflow, the database.

The format is that of public conformance collections: see :func:`run_case`. Everything is rolled back after each case, so a run
leaves nothing behind. The clock is the runner's own and moves only when a step says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from workflows import clock, compiled, flows
from workflows.case_runner.outcome import Refused, Report, Unmet
from workflows.case_runner.playing import START, Play

__all__ = ["Report", "run_case"]


class RolledBack(Exception):
    """Ends the transaction of a finished case."""


def run_case(case: Mapping[str, Any], root: Path) -> Report:
    """Run one case. `case` has ``local_file``, ``extra_files``, ``process_id``, ``human_types`` and ``steps``, each with ``expect``."""
    play = Play(case, root)
    report = Report(case["id"], "passed")
    compiled.wait_at(frozenset(case.get("human_types") or compiled.HUMAN_KINDS))
    flows.forget()
    try:
        with transaction.atomic():
            with clock.at(START):
                play.deploy()
            for number, step in enumerate(case["steps"], 1):
                report.step = number
                play.take(step)
            play.prove()
            raise RolledBack
    except RolledBack:
        report.step = None
    except Refused as reason:
        report.verdict, report.got = "refused", str(reason)
    except Unmet as difference:
        report.verdict, report.expected, report.got = "failed", difference.expected, difference.got
    finally:
        compiled.wait_at(compiled.HUMAN_KINDS)
        flows.forget()
    return report
