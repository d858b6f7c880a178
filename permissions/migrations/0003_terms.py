from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("permissions", "0002_append_only")]

    operations: list[migrations.operations.base.Operation] = []
