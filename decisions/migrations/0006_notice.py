"""Notices, receipts and confidential items."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("decisions", "0005_planning")]

    operations = []
