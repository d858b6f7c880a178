"""What follows a decision."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("decisions", "0008_ballots")]

    operations = []
