"""The room as Django knows it."""

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    """Duty lists."""

    name = "gongzhi.lists.duties"
    label = "duties"
