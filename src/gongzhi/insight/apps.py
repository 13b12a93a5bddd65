"""The county overview as a Django app; it has no models of its own."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "gongzhi.insight"
    label = "insight"
    default_auto_field = "django.db.models.BigAutoField"
