"""``manage.py feel_cases FILE``: public conformance cases of FEEL, each with its time."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from workflows.feel.conformance import lines, run

# Milliseconds one case may take.
LIMIT = 50
# Of a hundred cases, how many must pass.
ENOUGH = 95


class Command(BaseCommand):
    help = (
        "Run stored FEEL cases and print the failing groups and `passed N of M`. Exit status 1 where fewer than the share asked"
        " for pass or a case takes longer than allowed, 2 where the file cannot be read."
    )
    # Runs without a database.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--all", action="store_true", help="print every failing case")
        parser.add_argument(
            "--percent", type=float, default=ENOUGH, help="the share that must pass (default: %(default)s)"
        )
        parser.add_argument(
            "--limit", type=float, default=LIMIT, help="milliseconds a case may take (default: %(default)s)"
        )

    def handle(self, *args: Any, file: Path, percent: float, limit: float, **options: Any) -> None:
        try:
            cases = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            self.stderr.write(f"{file}: {error}")
            sys.exit(2)
        report = run(cases)
        # A case is slow that is slow each time: the machine may stop any of them once.
        slow = (
            report.slowest * 1000 > limit and min(report.slowest, run(cases).slowest, run(cases).slowest) * 1000 > limit
        )
        for line in lines(report, failures=options["all"]):
            self.stdout.write(line)
        if slow or report.passed * 100 < percent * report.total:
            sys.exit(1)
