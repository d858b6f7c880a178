"""Cases, their steps, and what is done by hand."""

from django.urls import URLPattern, URLResolver, path

from workflows.views import steps
from workflows.views.cases import acts as case_acts
from workflows.views.cases import answers as _answers  # noqa: F401  registers its section of a case's page
from workflows.views.cases import choices, starting
from workflows.views.cases import moves as case_moves
from workflows.views.cases import pages as cases
from workflows.views.cases import waits as _waits  # noqa: F401  registers its section of a case's page

urlpatterns: list[URLPattern | URLResolver] = [
    path("flows/<slug:key>/start/", starting.flow_start, name="flow_start"),
    path("cases/", cases.case_list, name="case_list"),
    path("cases/<id:pk>/", cases.case, name="case"),
    path("cases/<id:pk>/suspend/", case_acts.case_act, {"act": "case_suspend"}, name="case_suspend"),
    path("cases/<id:pk>/resume/", case_acts.case_act, {"act": "case_resume"}, name="case_resume"),
    path("cases/<id:pk>/cancel/", case_acts.case_act, {"act": "case_cancel"}, name="case_cancel"),
    path("cases/<id:pk>/withdraw/", case_acts.case_act, {"act": "case_withdraw"}, name="case_withdraw"),
    path("cases/<id:pk>/begin/", choices.case_begin, name="case_begin"),
    path("cases/<id:pk>/jump/", case_moves.case_jump, name="case_jump"),
    path("steps/<id:pk>/", steps.step, name="step"),
    path("steps/<id:pk>/files/<id:file>/", steps.step_file, name="step_file"),
    path("steps/<id:pk>/send-back/", case_moves.step_send_back, name="step_send_back"),
    path("steps/<id:pk>/signers/", case_moves.step_signers, name="step_signers"),
    path("steps/<id:pk>/signers/remove/", case_moves.step_unsign, name="step_unsign"),
]
