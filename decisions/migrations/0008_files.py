"""What `config.limits` counts requests in. Unlogged: nothing of it is a record, and it is written with every request."""

from django.db import migrations

MAKE = """
CREATE UNLOGGED TABLE sangong_allowance (
    key text PRIMARY KEY,
    free_at timestamptz NOT NULL
) WITH (fillfactor = 50)
"""


class Migration(migrations.Migration):
    dependencies = [("decisions", "0007_history")]

    operations = [migrations.RunSQL(MAKE, "DROP TABLE sangong_allowance")]
