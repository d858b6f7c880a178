"""A version's way into force."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workflows", "0011_flow_tests")]
    operations: list[migrations.operations.base.Operation] = []
