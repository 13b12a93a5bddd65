"""The room as a Django app."""

from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    name = "gongzhi.registers.residents"
    label = "residents"
    default_auto_field = "django.db.models.BigAutoField"
