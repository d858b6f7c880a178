"""What releases before 0007_history wrote past the versions gets one: an item's flow, and duties that were never versioned."""

from django.db import migrations

from permissions.history_tables import catch_up


class Migration(migrations.Migration):
    dependencies = [("decisions", "0009_stands_in")]

    operations = [catch_up("decisions")]
