"""``manage.py flow_check FILE…``: what the checker has to say about BPMN and DMN files, before anybody uploads them.

What was found by playing the flow is followed by the way there, as the ids of its elements."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from workflows import dmn, soundness


class Command(BaseCommand):
    help = "Check BPMN and DMN files. Exit status 1 where a file has an error, 2 where a file cannot be opened."
    # Runs without a database.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--language", choices=["zh-hans", "en"], help="language of the sentences")

    def handle(self, *args: Any, files: list[Path], language: str | None, **options: Any) -> None:
        language = language or ("en" if (get_language() or "").startswith("en") else "zh-hans")
        status = 0
        for path in files:
            try:
                xml = path.read_bytes()
            except OSError as error:
                self.stderr.write(_("打不开 %(file)s：%(why)s") % {"file": path, "why": error.strerror})
                status = 2
                continue
            problems = (dmn if dmn.is_dmn(xml) else soundness).inspect(xml)[1]
            for problem in problems:
                self.stdout.write(
                    f"{path}:{problem.line}: {problem.severity}: {problem.text(language)} [{problem.code}]"
                )
                if problem.path:
                    self.stdout.write(f"    {' → '.join(problem.path)}")
            errors = sum(problem.severity == "error" for problem in problems)
            self.stdout.write(
                _("%(file)s：%(errors)d 处错误，%(warnings)d 处提醒")
                % {"file": path, "errors": errors, "warnings": len(problems) - errors}
            )
            status = max(status, 1 if errors else 0)
        if status:
            sys.exit(status)
