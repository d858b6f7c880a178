from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("permissions", "0006_log")]

    operations: list[migrations.operations.base.Operation] = []
