"""Addresses of positions and certificates."""

from django.urls import path

from gongzhi.core import pages as shared
from gongzhi.core.exchange.urls import routes
from gongzhi.core.papers.pages import routes as paper_routes
from gongzhi.registers.faces import prefilled
from gongzhi.registers.positions import pages
from gongzhi.registers.positions.models import Certificate, Position
from gongzhi.registers.positions.sheets import CERTIFICATES, POSITIONS

FILLED = ("since", "basis", "area", "note")

urlpatterns = [
    path("", pages.listing, name="positions"),
    path("figures/", pages.figures, name="positions.figures"),
    path("certificates/", pages.certificates, name="positions.certificates"),
    path("certificates/<int:pk>/", pages.certificate, name="positions.certificate"),
    path("<int:pk>/", pages.thing, name="positions.position"),
    *routes(POSITIONS, "import/"),
    *routes(CERTIFICATES, "certificates/import/"),
    *paper_routes(Position),
    *paper_routes(Certificate, prefix="certificates/"),
    *shared.routes(
        "positions", Position, contexts={"correct": prefilled("positions.correct", {f: f for f in FILLED})}
    ),
    *shared.routes("positions", Certificate, prefix="certificates/"),
]
