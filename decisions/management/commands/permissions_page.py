"""``manage.py permissions_page``: writes docs/permissions.md anew from the code."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from decisions.reach import page

PAGE = Path(settings.BASE_DIR) / "docs" / "permissions.md"


class Command(BaseCommand):
    help = (
        "Write docs/permissions.md, the matrix of who may do what, from the addresses and policies. Needs no database."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail where the page is not up to date")

    def handle(self, *args: Any, **options: Any) -> None:
        text = page.render()
        if not options["check"]:
            PAGE.write_text(text)
        elif not PAGE.exists() or PAGE.read_text() != text:
            raise CommandError("docs/permissions.md is not what the code says; run manage.py permissions_page.")
