"""Addresses of the register of people."""

from django.urls import path

from gongzhi.core import pages as shared
from gongzhi.core.exchange.urls import routes
from gongzhi.core.papers.pages import routes as paper_routes
from gongzhi.registers.faces import prefilled
from gongzhi.registers.people import pages
from gongzhi.registers.people.models import Merge, Person
from gongzhi.registers.people.sheets import PEOPLE

FILLED = ("sex", "birth_year", "education")
"""Never the name: seeing it in full is ``people.unmask``."""

urlpatterns = [
    path("", pages.listing, name="people"),
    path("duplicates/", pages.duplicates, name="people.duplicates"),
    path("merges/<int:pk>/", pages.merge, name="people.merge"),
    path("<int:pk>/", pages.thing, name="people.person"),
    path("<int:pk>/unmask", pages.unmask, name="people.unmask"),
    *routes(PEOPLE, "import/"),
    *paper_routes(Person),
    *shared.routes(
        "people", Person, contexts={"correct": prefilled("people.correct", {f: f for f in FILLED})}
    ),
    *shared.routes("people", Merge, prefix="merges/"),
]
