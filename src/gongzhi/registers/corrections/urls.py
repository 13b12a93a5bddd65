"""Addresses of correction requests."""

from django.urls import path

from gongzhi.core import pages as shared
from gongzhi.registers.corrections import pages
from gongzhi.registers.corrections.models import Correction

urlpatterns = [
    path("", pages.listing, name="corrections"),
    path("<int:pk>/", pages.thing, name="corrections.correction"),
    *shared.routes("corrections", Correction),
]
