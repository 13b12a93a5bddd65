"""The room as a Django app."""

from django.apps import AppConfig


class AppraisalsConfig(AppConfig):
    name = "gongzhi.lists.appraisals"
    label = "appraisals"
    default_auto_field = "django.db.models.BigAutoField"
