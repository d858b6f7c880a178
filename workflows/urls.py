"""Addresses of the flows and their cases. A key has no hyphen, so no flow can hide behind an address with one."""

from django.urls import URLPattern, URLResolver, path

from workflows.views import flows, incidents, moving, steps
from workflows.views.cases import acts as case_acts
from workflows.views.cases import choices
from workflows.views.cases import moves as case_moves
from workflows.views.cases import pages as cases
from workflows.views.cases import waits as _waits  # noqa: F401  registers its section of a case's page

urlpatterns: list[URLPattern | URLResolver] = [
    path("flows/", flows.flow_list, name="flow_list"),
    path("flows/new-version/", flows.flow_new, name="flow_new"),
    path("flow-versions/<id:pk>/file/", flows.flow_file, name="flow_file"),
    path("flow-versions/<id:pk>/publish/", flows.flow_publish, name="flow_publish"),
    path("flow-versions/<id:pk>/retire/", flows.flow_retire, name="flow_retire"),
    path("flow-versions/<id:pk>/migrate/", moving.flow_migrate, name="flow_migrate"),
    path("flows/<slug:key>/", flows.flow, name="flow"),
    path("migrations/<id:pk>/", moving.migration, name="migration"),
    path("migrations/<id:pk>/undo/", moving.migration_back, name="migration_undo"),
    path("cases/", cases.case_list, name="case_list"),
    path("cases/<id:pk>/", cases.case, name="case"),
    path("cases/<id:pk>/suspend/", case_acts.case_act, {"act": "case_suspend"}, name="case_suspend"),
    path("cases/<id:pk>/resume/", case_acts.case_act, {"act": "case_resume"}, name="case_resume"),
    path("cases/<id:pk>/cancel/", case_acts.case_act, {"act": "case_cancel"}, name="case_cancel"),
    path("cases/<id:pk>/withdraw/", case_acts.case_act, {"act": "case_withdraw"}, name="case_withdraw"),
    path("cases/<id:pk>/begin/", choices.case_begin, name="case_begin"),
    path("incidents/", incidents.incident_list, name="incident_list"),
    path("incidents/retry/", incidents.incident_try_all, name="incident_try_all"),
    path("incidents/<id:pk>/", incidents.incident, name="incident"),
    path("incidents/<id:pk>/resolve/", incidents.incident_answer, name="incident_answer"),
    path("incidents/<id:pk>/retry/", incidents.incident_try, name="incident_try"),
    path("cases/<id:pk>/jump/", case_moves.case_jump, name="case_jump"),
    path("steps/<id:pk>/", steps.step, name="step"),
    path("steps/<id:pk>/send-back/", case_moves.step_send_back, name="step_send_back"),
    path("steps/<id:pk>/signers/", case_moves.step_signers, name="step_signers"),
    path("steps/<id:pk>/signers/remove/", case_moves.step_unsign, name="step_unsign"),
]
