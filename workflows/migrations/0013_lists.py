"""Lists begin with the reader's own rights: an index for what their roles were once asked, and statistics that tell a role
asked little from one asked much."""

import django.contrib.postgres.indexes
from django.db import migrations, models

# With the usual 100 a house of more roles or people than that looks the same for all of them, and a list of ten tasks is planned as one of
# a thousand: by reading every task there is.
COLUMNS = (
    ("workflows_casetaskgrouppermission", "group_id"),
    ("workflows_casetaskuserpermission", "user_id"),
)


class Migration(migrations.Migration):
    dependencies = [("workflows", "0012_releases")]

    operations = [
        migrations.AddIndex(
            model_name="casetask",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("finished__isnull", False)),
                fields=["candidate_groups"],
                name="workflows_task_was_asked",
            ),
        ),
        migrations.RunSQL(
            [f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 1000" for table, column in COLUMNS],
            [f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS -1" for table, column in COLUMNS],
        ),
    ]
