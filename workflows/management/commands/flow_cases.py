"""``manage.py flow_cases CASES.json --root FOLDER [--only ID]``: public conformance cases through the real stack."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from workflows.case_runner import run_case


class Command(BaseCommand):
    help = "Run stored cases through database, viewflow and actions, each rolled back after it. Exit status 1 where one failed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cases", type=Path, metavar="CASES.json")
        parser.add_argument(
            "--root", type=Path, help="folder the cases' files are relative to (default: that of CASES.json)"
        )
        parser.add_argument(
            "--only", action="append", metavar="ID", help="run this case only; may be given more than once"
        )

    def handle(self, *args: Any, cases: Path, root: Path | None, only: list[str] | None, **options: Any) -> None:
        count = {"passed": 0, "failed": 0, "refused": 0}
        for case in json.loads(cases.read_text(encoding="utf-8")):
            if only and case["id"] not in only:
                continue
            report = run_case(case, root or cases.parent)
            count[report.verdict] += 1
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, default=str))
        self.stdout.write(f"passed {count['passed']} failed {count['failed']} refused {count['refused']}")
        if count["failed"]:
            sys.exit(1)
