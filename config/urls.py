"""All addresses; each floor brings its own."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from config.health import healthz
from config.security import security_txt

urlpatterns = [
    path("healthz", login_not_required(healthz), name="healthz"),
    path(".well-known/security.txt", login_not_required(security_txt), name="security_txt"),
    path("language/", login_not_required(require_POST(set_language)), name="set_language"),
    path("", include("permissions.urls")),
    path("", include("permissions.look.urls")),
    path("", include("workflows.urls")),
    path("", include("decisions.urls")),
]
