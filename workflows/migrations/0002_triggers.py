"""Published versions stay as they are, whoever writes and however: the database itself refuses."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION workflows_keep_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status <> 'draft' THEN
            RAISE EXCEPTION 'version % of a flow is published: it cannot be deleted', OLD.number USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.status <> 'draft' AND (NEW.xml, NEW.sha256, NEW.number, NEW.definition_id, NEW.process_id)
           IS DISTINCT FROM (OLD.xml, OLD.sha256, OLD.number, OLD.definition_id, OLD.process_id) THEN
        RAISE EXCEPTION 'version % of a flow is published: its content cannot change', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status <> 'draft' AND NEW.status = 'draft' THEN
        RAISE EXCEPTION 'version % of a flow is published: it cannot be a draft again', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER workflows_keep_published BEFORE UPDATE OR DELETE ON workflows_definitionversion
    FOR EACH ROW EXECUTE FUNCTION workflows_keep_published();

CREATE FUNCTION workflows_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'case % is pinned to its version', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER workflows_keep_version BEFORE UPDATE ON workflows_case FOR EACH ROW
    WHEN ((OLD.version_id, OLD.version_sha256, OLD.flow_class) IS DISTINCT FROM (NEW.version_id, NEW.version_sha256, NEW.flow_class))
    EXECUTE FUNCTION workflows_keep_version();
"""

BACKWARD = """
DROP TRIGGER workflows_keep_version ON workflows_case;
DROP FUNCTION workflows_keep_version();
DROP TRIGGER workflows_keep_published ON workflows_definitionversion;
DROP FUNCTION workflows_keep_published();
"""


class Migration(migrations.Migration):
    dependencies = [("workflows", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
