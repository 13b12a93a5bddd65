"""The addresses of this room, below /insight/."""

from django.urls import path

from gongzhi.insight import pages

urlpatterns = [
    path("", pages.overview, name="insight"),
    path("places.xlsx", pages.places_file, name="insight.places"),
]
