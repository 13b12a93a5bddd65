"""The room as a Django app."""

from django.apps import AppConfig


class PositionsConfig(AppConfig):
    name = "gongzhi.registers.positions"
    label = "positions"
    default_auto_field = "django.db.models.BigAutoField"
