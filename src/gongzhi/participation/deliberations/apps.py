"""The room as a Django app."""

from django.apps import AppConfig


class DeliberationsConfig(AppConfig):
    name = "gongzhi.participation.deliberations"
    label = "deliberations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Matters are sorted by categories, and a category can be followed."""
        from gongzhi.participation.conversations.rules import CATEGORIES
        from gongzhi.participation.deliberations.rules import sources

        CATEGORIES.update(sources.CATEGORIES)
