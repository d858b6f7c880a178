from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("permissions", "0004_administrators")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="must_change_password",
            field=models.BooleanField(default=False, verbose_name="须修改初始密码"),
        ),
    ]
