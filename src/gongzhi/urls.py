"""Every address: one prefix per room, the shell at the root, the API under /api/v1."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []
for room in settings.ROOMS:
    name = room.rsplit(".", 1)[1]
    if name != "site" and find_spec(f"{room}.urls"):
        urlpatterns.append(path(f"{name}/", include(f"{room}.urls")))
if find_spec("gongzhi.site.urls"):
    import_module("gongzhi.site.urls")
    urlpatterns.append(path("", include("gongzhi.site.urls")))

handler404 = "gongzhi.core.pages.not_found"
