from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("decisions", "0007_history")]

    operations: list[migrations.operations.base.Operation] = []
