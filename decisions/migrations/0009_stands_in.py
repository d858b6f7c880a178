"""Whose seat a split's way was chosen from in the place of a recused chair; and no paper joins a report given before (N11)."""

import django.db.models.deletion
from django.db import migrations, models

#: A row one can see that is not committed is one's own: `xmin` is of the transaction under way, or of a savepoint in it. A row keeps
#: the lower half of the 64 bits transactions are counted with; the other half is that of the nearest one.
PAPERS = """
CREATE FUNCTION decisions_paper_of_report_given() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    half CONSTANT bigint := 4294967296;
    now_at bigint := pg_current_xact_id()::text::bigint;
    made_at bigint;
BEGIN
    SELECT xmin::text::bigint INTO made_at FROM decisions_progressreport WHERE id = NEW.progressreport_id;
    made_at := now_at + mod(mod(made_at - now_at, half) + half + half / 2, half) - half / 2;
    IF made_at IS NOT NULL AND pg_xact_status(made_at::text::xid8) IS DISTINCT FROM 'in progress' THEN
        RAISE EXCEPTION 'report % was given before: a paper that joins it is refused', NEW.progressreport_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decisions_progressreport_files_given BEFORE INSERT ON decisions_progressreport_files
    FOR EACH ROW EXECUTE FUNCTION decisions_paper_of_report_given();
"""
WITHOUT_PAPERS = """
DROP TRIGGER decisions_progressreport_files_given ON decisions_progressreport_files;
DROP FUNCTION decisions_paper_of_report_given();
"""


class Migration(migrations.Migration):
    dependencies = [("decisions", "0008_files")]

    operations = [
        migrations.AddField(
            "splitchoice",
            "seat",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="decisions.sittingseat",
                verbose_name="代行席位",
            ),
        ),
        migrations.RunSQL(PAPERS, WITHOUT_PAPERS),
    ]
