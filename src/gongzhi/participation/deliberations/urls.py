"""Addresses of deliberations."""

from __future__ import annotations

from typing import Any

from django.urls import path

from gongzhi.core.exchange.urls import routes as import_routes
from gongzhi.core.pages import routes
from gongzhi.core.papers.pages import routes as paper_routes

from . import actions, pages
from .models import Inquiry, Matter, Objection, Raising, Referral, Session, Supervisor, Task
from .sheets import HOTLINE

assert actions  # the verbs are registered before their addresses are made

PARTS: dict[str, Any] = {
    "raisings": Raising,
    "referrals": Referral,
    "sessions": Session,
    "tasks": Task,
    "supervisors": Supervisor,
    "objections": Objection,
    "inquiries": Inquiry,
}
urlpatterns = [
    path("", pages.board, name="deliberations"),
    path("export.xlsx", pages.export, name="deliberations.export"),
    path("desk/", pages.desk, name="deliberations.desk"),
    path("of/<int:account>/", pages.of_resident, name="deliberations.of_resident"),
    path("statistics/", pages.figures, name="deliberations.statistics"),
    path("statistics.xlsx", pages.statistics, name="deliberations.statistics.file"),
    path("<int:pk>/", pages.matter, name="deliberations.matter"),
    *import_routes(HOTLINE, "import/"),
    *paper_routes(Matter),
    *paper_routes(Session, prefix="sessions/"),
    *paper_routes(Task, prefix="tasks/"),
    *routes("deliberations", Matter, contexts={**pages.ASKING, **pages.BEGINNINGS}),
]
for name, model in PARTS.items():
    urlpatterns += [
        path(f"{name}/<int:pk>/", pages.part(model), name=f"deliberations.{name}"),
        *routes("deliberations", model, prefix=f"{name}/", contexts=pages.BEGINNINGS),
    ]
