"""Addresses of what follows a decision."""

from django.urls import URLPattern, URLResolver, path

from decisions.views.after import decision, emergency, execution, revision, supervision

urlpatterns: list[URLPattern | URLResolver] = [
    path("items/<id:pk>/split/", decision.split, name="split"),
    path("items/<id:pk>/superior/", decision.superior, name="superior"),
    path("items/<id:pk>/consequence/", decision.consequence, name="consequence"),
    path("items/<id:pk>/publication/", decision.publication, name="publication"),
    path("items/<id:pk>/publication/exempt/", decision.publication_exempt, name="publication_exempt"),
    path("items/<id:pk>/reports-up/<id:report_pk>/", decision.superior_report, name="superior_report"),
    path("items/<id:pk>/carrying-out/", execution.carrying_out, name="carrying_out"),
    path("items/<id:pk>/carrying-out/report/", execution.execution_report, name="execution_report"),
    path("items/<id:pk>/carrying-out/finish/", execution.execution_claim, name="execution_claim"),
    path("items/<id:pk>/carrying-out/accept/", execution.execution_accept, name="execution_accept"),
    path("items/<id:pk>/carrying-out/steps/<id:milestone_pk>/", execution.milestone, name="milestone"),
    path(
        "items/<id:pk>/carrying-out/steps/<id:milestone_pk>/done/",
        execution.milestone_finish,
        name="milestone_finish",
    ),
    path("items/<id:pk>/suspend/", revision.execution_suspend, name="execution_suspend"),
    path("items/<id:pk>/resume/", revision.suspension_lift, name="suspension_lift"),
    path("items/<id:pk>/revise/", revision.item_revise, name="item_revise"),
    path("items/<id:pk>/reconsideration/", revision.reconsideration, name="reconsideration"),
    path("items/<id:pk>/reconsideration/support/", revision.reconsideration_support, name="reconsideration_support"),
    path("items/<id:pk>/reconsideration/withdraw/", revision.reconsideration_withdraw, name="reconsideration_withdraw"),
    path("items/<id:pk>/evaluation/", decision.evaluation, name="evaluation"),
    path("items/<id:pk>/evaluation/<id:evaluation_pk>/", decision.evaluation_give, name="evaluation_give"),
    path("supervision/", supervision.supervision, name="supervision"),
    path("emergencies/", emergency.emergency_list, name="emergency_list"),
    path("emergencies/new/", emergency.emergency_new, name="emergency_new"),
    path("emergencies/<id:pk>/", emergency.emergency, name="emergency"),
    path("emergencies/<id:pk>/answer/", emergency.emergency_answer, name="emergency_answer"),
    path("emergencies/<id:pk>/report/", emergency.emergency_report, name="emergency_report"),
    path("emergencies/<id:pk>/withdraw/", emergency.emergency_withdraw, name="emergency_withdraw"),
]
