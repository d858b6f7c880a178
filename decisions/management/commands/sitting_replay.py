"""Play sittings again from their logs and say where the stored resolutions are not what the log leads to."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from decisions.models import Sitting
from decisions.selectors.replay import check, difference_words
from permissions.models import Body


class Command(BaseCommand):
    """`sitting_replay 12 13`, or `--all`. Ends with an error when anything differs."""

    help = "Derive the verdicts of sittings again from the log alone and compare them with the stored resolutions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("sittings", nargs="*", type=int, help="keys of sittings")
        parser.add_argument("--all", action="store_true", help="every sitting that has been opened")

    def handle(self, *_args: Any, **options: Any) -> None:
        rows = Sitting.objects.filter(opened_at__isnull=False).order_by("pk")
        if not options["all"]:
            if not options["sittings"]:
                raise CommandError("Name the sittings, or ask for --all.")
            rows = rows.filter(pk__in=options["sittings"])
        bodies = {body.code: body for body in Body.objects.all()}
        wrong = 0
        for sitting in rows.iterator():
            found = check(sitting)
            wrong += bool(found)
            self.stdout.write(f"{sitting.pk}\t{sitting.name}\t{'differs' if found else 'agrees'}")
            for one in found:
                self.stdout.write(f"\tentry {one.entry}, motion {one.motion}: {difference_words(one, bodies)}")
        if wrong:
            raise CommandError(f"{wrong} sittings differ from their log.")
