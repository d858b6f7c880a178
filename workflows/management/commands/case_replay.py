"""``manage.py case_replay ID… | --all``: rebuild cases from the log and compare with the tables."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows.models import Case
from workflows.replay import differences


class Command(BaseCommand):
    help = "Rebuild cases from the log with the pure core and compare. Exit status 1 where one differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cases", nargs="*", type=int, metavar="ID")
        parser.add_argument("--all", action="store_true", help="every case there is")

    def handle(self, *args: Any, cases: list[int], **options: Any) -> None:
        if bool(cases) == options["all"]:
            raise CommandError("give case ids, or --all")
        chosen = Case.objects.order_by("pk") if options["all"] else Case.objects.filter(pk__in=cases).order_by("pk")
        count = broken = 0
        for case in chosen.iterator():
            found = differences(case)
            count += 1
            broken += bool(found)
            for line in found:
                self.stdout.write(f"case {case.pk}: {line}")
        self.stdout.write(f"replayed {count} differ {broken}")
        if broken or (cases and count < len(set(cases))):
            sys.exit(1)
