"""What an item needs before it is tabled."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("decisions", "0003_records")]

    operations = []
