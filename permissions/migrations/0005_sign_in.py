import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("permissions", "0004_administrators")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="must_change_password",
            field=models.BooleanField(default=False, verbose_name="须修改初始密码"),
        ),
        migrations.CreateModel(
            name="FactorGuard",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="factor_guard",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="用户",
                    ),
                ),
                ("last_step", models.BigIntegerField(default=0, verbose_name="已用时间步")),
                ("failures", models.PositiveSmallIntegerField(default=0, verbose_name="连续错误次数")),
                ("failed_at", models.DateTimeField(blank=True, null=True, verbose_name="最近错误时间")),
            ],
            options={"verbose_name": "双重验证保护", "verbose_name_plural": "双重验证保护"},
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("began_at", models.DateTimeField(blank=True, null=True, verbose_name="登录时间")),
                ("seen_at", models.DateTimeField(auto_now=True, verbose_name="最近使用")),
                ("address", models.CharField(blank=True, max_length=45, verbose_name="网络地址")),
                ("agent", models.CharField(blank=True, max_length=200, verbose_name="浏览器")),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="用户",
                    ),
                ),
            ],
            options={"verbose_name": "登录会话", "verbose_name_plural": "登录会话"},
        ),
    ]
