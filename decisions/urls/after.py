"""Addresses of what follows a decision."""

from django.urls import URLPattern, URLResolver, path

from decisions.views.after import decision, emergency, execution, revision, supervision

urlpatterns: list[URLPattern | URLResolver] = [
    path("items/<int:pk>/split/", decision.split, name="split"),
    path("items/<int:pk>/superior/", decision.superior, name="superior"),
    path("items/<int:pk>/consequence/", decision.consequence, name="consequence"),
    path("items/<int:pk>/publication/", decision.publication, name="publication"),
    path("items/<int:pk>/publication/exempt/", decision.publication_exempt, name="publication_exempt"),
    path("items/<int:pk>/reports-up/<int:report_pk>/", decision.superior_report, name="superior_report"),
    path("items/<int:pk>/carrying-out/", execution.carrying_out, name="carrying_out"),
    path("items/<int:pk>/carrying-out/report/", execution.execution_report, name="execution_report"),
    path("items/<int:pk>/carrying-out/finish/", execution.execution_claim, name="execution_claim"),
    path("items/<int:pk>/carrying-out/accept/", execution.execution_accept, name="execution_accept"),
    path("items/<int:pk>/carrying-out/steps/<int:milestone_pk>/", execution.milestone, name="milestone"),
    path(
        "items/<int:pk>/carrying-out/steps/<int:milestone_pk>/done/",
        execution.milestone_finish,
        name="milestone_finish",
    ),
    path("items/<int:pk>/suspend/", revision.execution_suspend, name="execution_suspend"),
    path("items/<int:pk>/resume/", revision.suspension_lift, name="suspension_lift"),
    path("items/<int:pk>/revise/", revision.item_revise, name="item_revise"),
    path("items/<int:pk>/reconsideration/", revision.reconsideration, name="reconsideration"),
    path("items/<int:pk>/reconsideration/support/", revision.reconsideration_support, name="reconsideration_support"),
    path(
        "items/<int:pk>/reconsideration/withdraw/", revision.reconsideration_withdraw, name="reconsideration_withdraw"
    ),
    path("items/<int:pk>/evaluation/", decision.evaluation, name="evaluation"),
    path("items/<int:pk>/evaluation/<int:evaluation_pk>/", decision.evaluation_give, name="evaluation_give"),
    path("supervision/", supervision.supervision, name="supervision"),
    path("emergencies/", emergency.emergency_list, name="emergency_list"),
    path("emergencies/new/", emergency.emergency_new, name="emergency_new"),
    path("emergencies/<int:pk>/", emergency.emergency, name="emergency"),
    path("emergencies/<int:pk>/answer/", emergency.emergency_answer, name="emergency_answer"),
    path("emergencies/<int:pk>/report/", emergency.emergency_report, name="emergency_report"),
    path("emergencies/<int:pk>/withdraw/", emergency.emergency_withdraw, name="emergency_withdraw"),
]
