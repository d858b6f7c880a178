"""The room of a sitting."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("decisions", "0006_notice")]

    operations = []
