"""A case's own row says whether anything of it ever went wrong."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflows", "0006_what_starts_cases")]
    operations = [
        migrations.AddField(
            model_name="case",
            name="has_incidents",
            field=models.BooleanField(db_default=False, default=False, verbose_name="有过异常"),
        ),
        migrations.RunSQL(
            "UPDATE workflows_case SET has_incidents = true WHERE id IN (SELECT case_id FROM workflows_incident)",
            migrations.RunSQL.noop,
        ),
    ]
