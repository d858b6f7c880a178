from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "decisions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Policies, handlers and forms register themselves when they are imported.
        from importlib import import_module

        for module in ("policies.items", "policies.moves", "policies.migrations", "policies.sittings", "handlers"):
            import_module(f"decisions.{module}")
