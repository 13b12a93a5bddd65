"""Addresses of the register of organisations."""

from django.urls import path

from gongzhi.core import pages as shared
from gongzhi.core.exchange.urls import routes
from gongzhi.core.papers.pages import routes as paper_routes
from gongzhi.registers.faces import prefilled
from gongzhi.registers.organisations import pages
from gongzhi.registers.organisations.models import Organisation
from gongzhi.registers.organisations.sheets import ORGANISATIONS

FILLED = (
    "name",
    "uscc",
    "record_no",
    "service",
    "form",
    "established",
    "short",
    "leader",
    "address",
    "phone",
)

urlpatterns = [
    path("", pages.listing, name="organisations"),
    path("figures/", pages.figures, name="organisations.figures"),
    path("<int:pk>/", pages.thing, name="organisations.organisation"),
    *routes(ORGANISATIONS, "import/"),
    *paper_routes(Organisation),
    *shared.routes(
        "organisations",
        Organisation,
        contexts={"correct": prefilled("organisations.correct", {f: f for f in FILLED})},
    ),
]
