"""Addresses of correction requests."""

from django.urls import path

from gongzhi.core import pages as shared
from gongzhi.core.papers.pages import routes as paper_routes
from gongzhi.registers.corrections import pages
from gongzhi.registers.corrections.models import Correction

urlpatterns = [
    path("", pages.listing, name="corrections"),
    path("<int:pk>/", pages.thing, name="corrections.correction"),
    *paper_routes(Correction),
    *shared.routes("corrections", Correction),
]
