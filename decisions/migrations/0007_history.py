from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("decisions", "0006_final")]

    operations: list[migrations.operations.base.Operation] = []
