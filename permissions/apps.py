"""The app that knows who may and who did."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PermissionsConfig(AppConfig):
    """Registers the models, their policies and nothing else; loading it touches no database."""

    name = "permissions"
    verbose_name = _("权限与台账")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        # They register checks, and the policies of this app's models.
        from permissions import checks, ids, own_policies, term_policies  # noqa: F401
        from permissions.sign_in import sessions

        ids.register()
        user_logged_in.connect(sessions.begin, dispatch_uid="permissions.sign_in.sessions.begin")
