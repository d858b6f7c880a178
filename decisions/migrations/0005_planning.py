"""The planning room."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("decisions", "0004_preparation")]

    operations = []
