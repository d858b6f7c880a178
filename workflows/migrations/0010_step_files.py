"""Files that a step asks for."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workflows", "0009_drawings")]
    operations: list[migrations.operations.base.Operation] = []
