"""The room as a Django app."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "gongzhi.registers.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"
