"""Addresses of the agreements' room, below /agreements/."""

from __future__ import annotations

from django.urls import path, re_path

from gongzhi.core.pages import routes
from gongzhi.core.papers.pages import routes as paper_routes

from .forms import CONTEXTS
from .models import Agreement
from .pages import compare, lists, public, thing, year

urlpatterns = [
    path("", lists.listing, name="agreements"),
    path("statistics/", lists.statistics, name="agreements.statistics"),
    path("statistics.xlsx", lists.statistics_file, name="agreements.statistics.file"),
    path("export.xlsx", lists.export, name="agreements.export"),
    path("compare/", compare.page, name="agreements.compare"),
    re_path(r"^compare\.(?P<fmt>xlsx|docx|pdf)$", compare.file, name="agreements.compare.file"),
    path("new/draft_all", lists.draft_all, name="agreements.draft_all"),
    path("public/", public.listing, name="agreements.public"),
    path("public/<int:pk>/", public.thing, name="agreements.public.thing"),
    path("<int:pk>/", thing.thing, name="agreements.thing"),
    path("<int:pk>/year", year.year, name="agreements.year"),
    path("<int:pk>/remedies", year.remedies, name="agreements.remedies"),
    path("<int:pk>/disclosure", year.disclosure, name="agreements.disclosure"),
    *routes("agreements", Agreement, contexts=CONTEXTS),
    *paper_routes(Agreement),
]
