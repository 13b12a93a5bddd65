"""The ground floor as a Django app: binds translation and loads every room's verbs, papers and tasks."""

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import get_language, gettext


@lru_cache(maxsize=16384)
def _sentence(language: str | None, msgid: str) -> str:
    return gettext(msgid)


def translated(msgid: str) -> str:
    """``gettext``, remembered for each language: a page asks for hundreds of sentences."""
    return _sentence(get_language(), msgid)


class CoreConfig(AppConfig):
    name = "gongzhi.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gongzhi.core import words
        from gongzhi.core.database import lookups

        lookups.register()
        words.use_translator(translated)
        for room in ["gongzhi.core", *settings.ROOMS]:
            for name in ("actions", "papers", "tasks"):
                if find_spec(f"{room}.{name}"):
                    import_module(f"{room}.{name}")
