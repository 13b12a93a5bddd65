"""The ground floor as a Django app: binds translation and loads every room's verbs, papers and tasks."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.conf import settings


class CoreConfig(AppConfig):
    name = "gongzhi.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext

        from gongzhi.core import words

        words.use_translator(gettext)
        for room in ["gongzhi.core", *settings.ROOMS]:
            for name in ("actions", "papers", "tasks"):
                if find_spec(f"{room}.{name}"):
                    import_module(f"{room}.{name}")
