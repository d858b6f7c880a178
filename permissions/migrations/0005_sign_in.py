from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("permissions", "0004_administrators")]

    operations: list[migrations.operations.base.Operation] = []
