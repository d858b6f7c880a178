from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("permissions", "0005_sign_in")]

    operations: list[migrations.operations.base.Operation] = []
