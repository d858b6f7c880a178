from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("decisions", "0005_kept")]

    operations: list[migrations.operations.base.Operation] = []
