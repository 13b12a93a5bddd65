"""Addresses of ballots."""

from django.urls import path

from gongzhi.core import pages as shared
from gongzhi.core.papers.pages import routes as paper_routes
from gongzhi.participation.ballots.models import Ballot
from gongzhi.participation.ballots.pages import ballots, figures, hall

urlpatterns = [
    path("", ballots.listing, name="ballots"),
    path("statistics/", figures.statistics, name="ballots.statistics"),
    path("export.xlsx", figures.export, name="ballots.export"),
    path("<int:pk>/", ballots.thing, name="ballots.ballot"),
    path("<int:pk>/roll", hall.roll, name="ballots.roll"),
    path("<int:pk>/batches", hall.batches, name="ballots.batches"),
    *paper_routes(Ballot),
    *shared.routes("ballots", Ballot, contexts={"vote": ballots.voting, "enter": hall.entering}),
]
