"""The room as a Django app."""

from django.apps import AppConfig


class DeliberationsConfig(AppConfig):
    name = "gongzhi.participation.deliberations"
    label = "deliberations"
    default_auto_field = "django.db.models.BigAutoField"
