"""Recorded plays of a flow."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workflows", "0010_step_files")]
    operations: list[migrations.operations.base.Operation] = []
