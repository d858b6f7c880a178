"""``manage.py house_begin``: a house of one's own. Its three administrators, with passwords shown once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from decisions import shipped
from permissions import actions
from permissions.actions.beginning import TOWN, ZONE, BodyName
from permissions.errors import ApplicationError, Invalid


class Command(BaseCommand):
    help = (
        "Begin a house: two bodies, all roles, matter types, rules and flows, and the three administrators, whose accounts you name. "
        "Run again, it fills only an administrator's office that nobody holds."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--system", default="", help="account of the system administrator 系统管理员")
        parser.add_argument("--security", default="", help="account of the security administrator 安全管理员")
        parser.add_argument("--audit", default="", help="account of the audit administrator 审计员")
        parser.add_argument("--town", default=TOWN.name, help="name of the first body 第一个班子的名称")
        parser.add_argument("--town-en", default=TOWN.name_en)
        parser.add_argument("--zone", default=ZONE.name, help="name of the second body 第二个班子的名称")
        parser.add_argument("--zone-en", default=ZONE.name_en)

    def handle(self, *args: Any, **options: Any) -> None:
        names = {"admin": options["system"], "security": options["security"], "auditor": options["audit"]}
        try:
            with transaction.atomic():
                issued = actions.house_begin(
                    names=names,
                    town=BodyName(options["town"], options["town_en"]),
                    zone=BodyName(options["zone"], options["zone_en"]),
                )
                shipped.load()
        except Invalid as refused:
            raise CommandError("\n".join([refused.message, *refused.fields.values()])) from refused
        except ApplicationError as refused:
            raise CommandError(refused.message) from refused
        if not issued:
            self.stdout.write("三员均已设立，没有改动。 (the three administrators are there already)")
            return
        self.stdout.write(
            "初始密码只显示这一次，请当面交给本人；登录后须修改。 (shown once; to be changed at the first sign-in)"
        )
        for one in issued:
            self.stdout.write(f"  {one.user.username:<20}{one.password}  {one.user.display_name}")
