"""The addresses of this room, below /duties/."""

from django.urls import path, re_path

from gongzhi.core.exchange.urls import routes as exchange_routes
from gongzhi.core.pages import routes, signed_in
from gongzhi.core.papers.pages import routes as paper_routes
from gongzhi.lists.duties.models import Consultation, DutyList, Objection
from gongzhi.lists.duties.pages import exports, office, public
from gongzhi.lists.duties.sheets import ITEMS

ITEM_VERBS = (
    "add_item", "edit_item", "drop_item", "offer_item", "accept_item", "return_item", "review_item", "flag_repealed",
)  # fmt: skip

urlpatterns = [
    path("", office.listing, name="duties"),
    path("ask/", public.ask, name="duties.ask"),
    path("public/", public.current, name="duties.public"),
    path("public/<int:pk>/", public.public_version, name="duties.public.version"),
    path("history/", public.history, name="duties.history"),
    path("compare/", public.compare, name="duties.compare"),
    re_path(r"^compare\.(?P<fmt>xlsx|docx|pdf)$", exports.comparison, name="duties.compare.file"),
    path("items/<int:pk>/", public.item, name="duties.item"),
    path("object/", public.object_to, name="duties.object.form"),
    path("reply/<str:key>/", public.reply, name="duties.object.reply"),
    path("<int:pk>/", office.thing, name="duties.thing"),
    *(
        path(f"<int:pk>/{tab}/", signed_in(office.thing), {"tab": tab}, name=f"duties.thing.{tab}")
        for tab in office.TABS
        if tab != "items"
    ),
    path("<int:pk>/print/", public.print_view, name="duties.print"),
    path("<int:pk>/items.xlsx", exports.items, name="duties.items.file"),
    path("<int:pk>/figures.xlsx", exports.figures, name="duties.figures.file"),
    path("<int:pk>/consultation.xlsx", exports.opinions, name="duties.consultation.file"),
    path("consultations/<int:pk>/", signed_in(office.consultation), name="duties.consultation"),
    path("objections/<int:pk>/", signed_in(office.objection), name="duties.objection"),
    *exchange_routes(ITEMS, "<int:about>/import/"),
    *routes(
        "duties",
        DutyList,
        contexts={**dict.fromkeys(ITEM_VERBS, office.item_context), "revise": office.revise_context},
    ),
    *routes("duties", Consultation, prefix="consultations/"),
    *routes("duties", Objection, prefix="objections/"),
    *paper_routes(DutyList),
]
