"""The version history of a row that has columns nobody edits."""

from typing import Any

from simple_history.models import HistoricalRecords


class Versioned(HistoricalRecords):
    """A history with `excluded_fields` (a password, who has the floor) that a save of those alone leaves as it is."""

    def post_save(self, instance: Any, created: bool, using: str | None = None, **kwargs: Any) -> None:
        named = kwargs.get("update_fields")
        if created or named is None or self._keeps(instance, frozenset(named)):
            super().post_save(instance, created, using=using, **kwargs)

    def _keeps(self, instance: Any, named: frozenset[str]) -> bool:
        return any(field.name in named or field.attname in named for field in self.fields_included(instance))
