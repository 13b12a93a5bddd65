"""Addresses of residents."""

from django.urls import path

from gongzhi.core import pages as shared
from gongzhi.core.papers.pages import routes as paper_routes
from gongzhi.registers.residents.models import Claim, Resident
from gongzhi.registers.residents.pages import claiming, mine, staff

urlpatterns = [
    path("", staff.listing, name="residents"),
    path("me/", mine.me, name="residents.me"),
    path("notices/<str:purpose>/", mine.notice, name="residents.notice"),
    path("figures/", staff.figures_page, name="residents.figures"),
    path("figures/rows/", staff.figure_rows, name="residents.figures.rows"),
    path("claims/", staff.claims, name="residents.claims"),
    path("claims/<int:pk>/", staff.claim, name="residents.claims.claim"),
    path("claims/<int:pk>/unmask", staff.unmask, name="residents.unmask"),
    path("<int:pk>/", mine.thing, name="residents.resident"),
    path("<int:pk>/held", mine.held, name="residents.held"),
    path("<int:pk>/take_along", mine.take_along, name="residents.take_along"),
    path("<int:pk>/change_phone", mine.change_phone, name="residents.change_phone"),
    path("<int:pk>/name_guardian", mine.name_guardian, name="residents.name_guardian"),
    *paper_routes(Claim, prefix="claims/"),
    *shared.routes("residents", Resident, contexts={"claim": claiming.context}),
    *shared.routes("residents", Claim, prefix="claims/", contexts={"confirm": staff.choosing}),
]
