"""What designers are drawing."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workflows", "0008_history")]
    operations: list[migrations.operations.base.Operation] = []
