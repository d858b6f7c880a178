from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("permissions", "0003_terms")]

    operations: list[migrations.operations.base.Operation] = []
