"""The agreements' room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """Registers the models under the label "agreements"."""

    name = "gongzhi.lists.agreements"
    label = "agreements"
    verbose_name = "协助管理协议书"
