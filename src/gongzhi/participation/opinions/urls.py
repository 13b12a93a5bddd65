"""Addresses of polls, below /opinions/."""

from django.urls import path

from gongzhi.core.pages import routes
from gongzhi.core.papers.pages import routes as paper_routes
from gongzhi.participation.opinions.models import Poll, Statement
from gongzhi.participation.opinions.pages import maps, polls

urlpatterns = [
    path("", polls.listing, name="opinions"),
    path("<int:pk>/", polls.poll, name="opinions.poll"),
    path("<int:pk>/desk", polls.desk, name="opinions.desk"),
    path("<int:pk>/map", maps.page, name="opinions.map"),
    path("<int:pk>/map/versions", maps.versions, name="opinions.map.versions"),
    path("<int:pk>/map.xlsx", maps.workbook, name="opinions.map.file"),
    path("statements/<int:pk>/", polls.statement, name="opinions.statement"),
    *paper_routes(Poll),
    *routes("opinions", Poll),
    *routes("opinions", Statement, prefix="statements/"),
]
