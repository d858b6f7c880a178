"""`manage.py versions_check`: whether every row with versions is what its newest version says."""

from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from permissions import versions
from permissions.changed import with_versions


class Command(BaseCommand):
    """Names the rows that were written past their versions, and fails where there are any."""

    help = "Compares every row that has versions with its newest version."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for model in with_versions():
            for pk in versions.drifted(model):
                found += 1
                self.stdout.write(f"{model._meta.label_lower} {pk}: differs from its newest version")
        if found:
            raise CommandError(f"{found} rows were written past their versions.")
        self.stdout.write("Every row is what its newest version says.")
