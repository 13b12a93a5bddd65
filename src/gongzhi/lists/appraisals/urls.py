"""The addresses of this room, below /appraisals/."""

from django.urls import path

from gongzhi.core.pages import routes, signed_in
from gongzhi.core.papers.pages import routes as paper_routes
from gongzhi.lists.appraisals.models import Appraisal, Campaign, Complaint
from gongzhi.lists.appraisals.pages import exports, office, pair, public

urlpatterns = [
    path("", office.listing, name="appraisals"),
    path("export.xlsx", exports.pairs, name="appraisals.export"),
    path("mendings/", office.mendings, name="appraisals.mendings"),
    path("mendings.xlsx", exports.mendings, name="appraisals.mendings.export"),
    path("public/", public.listing, name="appraisals.public"),
    path("public/<int:pk>/", public.result, name="appraisals.public.result"),
    path("campaigns/<int:pk>/", office.campaign, name="appraisals.campaign"),
    path("complaints/", office.complaints, name="appraisals.complaints"),
    path("complaints/<int:pk>/", office.complaint, name="appraisals.complaint"),
    path("<int:pk>/", signed_in(pair.thing), name="appraisals.thing"),
    *routes("appraisals", Appraisal, contexts={**pair.CONTEXTS, "complain": office.complain_context}),
    *routes("appraisals", Campaign, prefix="campaigns/"),
    *routes("appraisals", Complaint, prefix="complaints/"),
    *paper_routes(Appraisal),
    *paper_routes(Campaign, prefix="campaigns/"),
]
