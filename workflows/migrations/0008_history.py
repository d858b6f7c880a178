from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workflows", "0007_incidents_on_the_row")]

    operations: list[migrations.operations.base.Operation] = []
