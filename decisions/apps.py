from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "decisions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Policies, handlers and forms register themselves when they are imported.
        from decisions import boxes, described, policies

        for module in iter_modules(policies.__path__, "decisions.policies."):
            import_module(module.name)
        described.register()
        boxes.register()
        for name in ("handlers", "raising", "waits"):
            import_module(f"decisions.{name}")
