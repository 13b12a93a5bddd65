"""Addresses of the register of places."""

from django.urls import path

from gongzhi.core import pages as shared
from gongzhi.core.exchange.urls import routes
from gongzhi.core.papers.pages import routes as paper_routes
from gongzhi.registers.faces import prefilled
from gongzhi.registers.places import pages
from gongzhi.registers.places.models import Place
from gongzhi.registers.places.sheets import FIGURES

urlpatterns = [
    path("", pages.listing, name="places"),
    path("public/", pages.listing, name="places.public"),
    path("directory/", pages.directory, name="places.directory"),
    path("new/import", pages.import_file, name="places.import"),
    path("imports/<int:pk>/", pages.imported, name="places.imported"),
    path("<int:pk>/", pages.thing, name="places.place"),
    *routes(FIGURES, "import/"),
    *paper_routes(Place),
    *shared.routes(
        "places",
        Place,
        contexts={
            "correct": prefilled("places.correct", {"short": "short", "kind": "type", "opened": "opened"})
        },
    ),
]
