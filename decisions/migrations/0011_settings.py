"""Matter types and rule sets as they are edited."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("decisions", "0010_ledger")]

    operations = []
