"""The room as a Django app."""

from django.apps import AppConfig


class OpinionsConfig(AppConfig):
    name = "gongzhi.participation.opinions"
    label = "opinions"
    verbose_name = "大家怎么看"
