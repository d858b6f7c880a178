"""The rule ledger."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("decisions", "0009_after")]

    operations = []
