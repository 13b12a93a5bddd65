"""The room as a Django app."""

from django.apps import AppConfig


class CorrectionsConfig(AppConfig):
    name = "gongzhi.registers.corrections"
    label = "corrections"
    default_auto_field = "django.db.models.BigAutoField"
