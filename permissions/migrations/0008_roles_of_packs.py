"""Roles that packs bring along have names of their own; the list of codes is no longer closed."""

from django.db import migrations, models

# PostgreSQL alters no column that a trigger names: the one that keeps a role what it is stands aside meanwhile.
ASIDE = "DROP TRIGGER permissions_role_stays ON permissions_role"
BACK = """
CREATE TRIGGER permissions_role_stays BEFORE UPDATE OF code ON permissions_role
    FOR EACH ROW WHEN (NEW.code <> OLD.code) EXECUTE FUNCTION permissions_role_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("permissions", "0007_history"),
    ]

    operations = [
        migrations.RunSQL(ASIDE, BACK),
        migrations.AddField(
            model_name="historicalrole",
            name="name",
            field=models.CharField(blank=True, max_length=80, verbose_name="名称"),
        ),
        migrations.AddField(
            model_name="historicalrole",
            name="name_en",
            field=models.CharField(blank=True, max_length=120, verbose_name="英文名称"),
        ),
        migrations.AddField(
            model_name="role",
            name="name",
            field=models.CharField(blank=True, max_length=80, verbose_name="名称"),
        ),
        migrations.AddField(
            model_name="role",
            name="name_en",
            field=models.CharField(blank=True, max_length=120, verbose_name="英文名称"),
        ),
        migrations.AlterField(
            model_name="historicalrole",
            name="code",
            field=models.CharField(max_length=85, verbose_name="角色"),
        ),
        migrations.AlterField(
            model_name="role",
            name="code",
            field=models.CharField(max_length=85, verbose_name="角色"),
        ),
        migrations.RunSQL(BACK, ASIDE),
    ]
