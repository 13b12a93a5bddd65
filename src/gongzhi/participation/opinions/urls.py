"""Addresses of polls, below /opinions/."""

from django.urls import path

from gongzhi.core.pages import routes
from gongzhi.core.papers.pages import routes as paper_routes
from gongzhi.participation.opinions import pages
from gongzhi.participation.opinions.models import Poll, Statement

urlpatterns = [
    path("", pages.listing, name="opinions"),
    path("<int:pk>/", pages.poll, name="opinions.poll"),
    path("<int:pk>/desk", pages.desk, name="opinions.desk"),
    path("statements/<int:pk>/", pages.statement, name="opinions.statement"),
    *paper_routes(Poll),
    *routes("opinions", Poll),
    *routes("opinions", Statement, prefix="statements/"),
]
