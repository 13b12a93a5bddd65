"""The room as a Django app."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "gongzhi.participation.conversations"
    label = "conversations"
    default_auto_field = "django.db.models.BigAutoField"
