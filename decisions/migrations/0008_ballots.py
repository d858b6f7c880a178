"""Ways of voting."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("decisions", "0007_room")]

    operations = []
