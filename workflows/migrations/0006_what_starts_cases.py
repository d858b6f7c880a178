"""What starts cases, and what running cases listen to, for the flows and cases that are there."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def fill(apps, schema_editor):
    """Published versions that a message starts, and running cases that wait for one, from what their diagrams say."""
    from workflows import bpmn
    from workflows.engine import EngineError, Graph, Marking, listens

    def address(kind, name, key):
        return f"{kind}:{name}" if key is None else f"{kind}:{name}\x1f{key}"

    versions = apps.get_model("workflows", "DefinitionVersion")
    cases = apps.get_model("workflows", "Case")
    for version in versions.objects.exclude(status="draft").iterator(chunk_size=50):
        try:
            document = bpmn.read(version.xml)
            graph = Graph.of(next(found for found in document.processes if found.id == version.process_id))
        except (bpmn.BpmnError, EngineError, StopIteration):
            continue  # a version nothing can be started on anyway
        versions.objects.filter(pk=version.pk).update(
            starts=[f"message:{name}" for name in sorted(graph.message_starts)]
        )
        if graph.listens:
            running = cases.objects.filter(version=version.pk, status="NEW").only("marking")
            for case in running.iterator(chunk_size=500):
                heard = [address(*one) for one in listens(graph, Marking.from_json(case.marking))]
                cases.objects.filter(pk=case.pk).update(listens=heard)


class Migration(migrations.Migration):
    dependencies = [
        ("workflows", "0005_decision_tasks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("done", models.DateTimeField(blank=True, null=True, verbose_name="送达时间")),
            ],
            options={
                "verbose_name": "信号回执",
                "verbose_name_plural": "信号回执",
                "ordering": ("id",),
            },
        ),
        migrations.AddField(
            model_name="definitionversion",
            name="starts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=520),
                blank=True,
                default=list,
                size=None,
                verbose_name="可由其发起",
            ),
        ),
        migrations.AddField(
            model_name="historicaldefinitionversion",
            name="starts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=520),
                blank=True,
                default=list,
                size=None,
                verbose_name="可由其发起",
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="listens",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=520),
                blank=True,
                default=list,
                size=None,
                verbose_name="等待的消息",
            ),
        ),
        migrations.AddIndex(
            model_name="definitionversion",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("status", "published")), fields=["starts"], name="workflows_version_starts"
            ),
        ),
        migrations.AddField(
            model_name="receipt",
            name="case",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="receipts",
                to="workflows.case",
                verbose_name="收到的流程",
            ),
        ),
        migrations.AddField(
            model_name="receipt",
            name="message",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="receipts",
                to="workflows.sentmessage",
                verbose_name="信号",
            ),
        ),
        migrations.AddField(
            model_name="receipt",
            name="version",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workflows.definitionversion",
                verbose_name="流程版本",
            ),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(
                condition=models.Q(("done__isnull", True)), fields=["case"], name="workflows_receipt_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(fields=("message", "case"), name="workflows_one_receipt_per_case"),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("version__isnull", False)),
                fields=("message", "version"),
                name="workflows_one_receipt_per_version",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
