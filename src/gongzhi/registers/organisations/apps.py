"""The room as a Django app."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "gongzhi.registers.organisations"
    label = "organisations"
    default_auto_field = "django.db.models.BigAutoField"
