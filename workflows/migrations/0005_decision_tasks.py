"""A task may wait for a decision, for as long as it takes to make it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflows", "0004_moving_cases")]

    operations = [
        migrations.AlterField(
            model_name="casetask",
            name="kind",
            field=models.CharField(
                choices=[
                    ("human", "待办"),
                    ("job", "后台作业"),
                    ("message", "等待消息"),
                    ("signal", "等待信号"),
                    ("timer", "等待时间"),
                    ("condition", "等待条件"),
                    ("call", "等待子流程"),
                    ("decision", "决策"),
                ],
                max_length=10,
                verbose_name="类型",
            ),
        ),
    ]
