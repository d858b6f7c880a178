"""``manage.py example``: fills the house with the example town. Nothing else ever creates its accounts."""

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from decisions import example, shipped
from decisions.example.mechanisms import load_records
from permissions import example as town
from permissions.models import User

KEPT = Path(settings.VAR) / "example-password"


class Command(BaseCommand):
    help = (
        "Load the example town: bodies, accounts, flows, matter types and items in various stages. Runs again safely."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="empty the database first; only an example one")
        parser.add_argument("--accounts", action="store_true", help="list the accounts one can sign in with")
        parser.add_argument("--records", action="store_true", help="load the packs too, with a year of their records")
        parser.add_argument("--password", default="", help="password of all example accounts (default: a random one)")

    def handle(self, *args: Any, **options: Any) -> None:
        here = User._meta.db_table in connection.introspection.table_names() and User.objects.filter(of_example=True)
        if not (settings.SANGONG_EXAMPLE or (here and here.exists())):
            raise CommandError(
                "这里不是示例系统。试用请设置 SANGONG_EXAMPLE=1；正式使用请运行 manage.py house_begin。"
                " (set SANGONG_EXAMPLE=1 to try the example, or begin with manage.py house_begin)"
            )
        if options["fresh"]:
            self._empty()
        accounts = town.load(self._password(options["password"]))
        shipped.load()
        if example.load_business():
            self.stdout.write("The example town is ready.")
        else:
            self.stdout.write("The example town is here already; its data goes on.")
        if options["records"] and load_records():
            self.stdout.write("A year of its records is here.")
        if options["accounts"]:
            if KEPT.exists():
                self.stdout.write(f"password of all example accounts: {KEPT.read_text().strip()}")
            for account in accounts:
                self.stdout.write(f"  {account.username:<20}{account.position}  {' '.join(account.roles)}")

    @staticmethod
    def _password(given: str) -> str:
        """The password for accounts about to be made: that of the others where some are here, else the given one or a random
        one. Kept beside the data, for its owner only, so that `--accounts` can say it again; the code knows none."""
        if User.objects.filter(of_example=True).exists():
            if not town.missing_places():
                return ""
            return KEPT.read_text().strip() if KEPT.exists() else given or secrets.token_urlsafe(9)
        password = given or secrets.token_urlsafe(9)
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        KEPT.touch(mode=0o600)
        KEPT.write_text(password + "\n")
        return password

    def _empty(self) -> None:
        """Build the tables anew. Refused where anybody works who is not of the example: the log must not be lost."""
        names = {account.username for account in town.accounts()}
        tables = connection.introspection.table_names()
        if User._meta.db_table in tables:
            others = User.objects.exclude(username__in=names).count()
            if others:
                raise CommandError(f"Refused: {others} accounts here are not of the example town.")
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        call_command("migrate", verbosity=0, interactive=False)
