"""``manage.py createsuperuser``, which Django brings along: there is no such account here (N5)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Not in this house: administrators are three people with different work. See house_begin."

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(
            "本系统没有超级用户。三员由 manage.py house_begin 设立。 (there is no superuser here; see manage.py house_begin)"
        )
