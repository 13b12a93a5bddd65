"""The shell's own addresses."""

from django.conf import settings
from django.urls import path

from gongzhi.core import pages
from gongzhi.core.accounts import Account
from gongzhi.core.calendar import CalendarYear
from gongzhi.site import (
    accounts,
    api,
    kit,
    phone,
    records,
    reporting,
    resident_home,
    resident_signin,
    settings_page,
    signin,
    workbench,
)

urlpatterns = [
    path("", workbench.home, name="home"),
    path("late", workbench.late, name="late"),
    path("done", workbench.mine, name="mine"),
    path("notices", workbench.notices_page, name="notices"),
    path("search", workbench.search_page, name="search"),
    path("search/suggest", workbench.suggest, name="suggest"),
    path("search/pick", workbench.pick, name="pick"),
    path("help", workbench.help_page, name="help"),
    path("verify", records.verify, name="verify"),
    path("me", accounts.me, name="me"),
    path("resident/", resident_home.home, name="resident"),
    path("resident/sign-in", resident_signin.sign_in, name="resident.sign-in"),
    path("resident/sign-in/code", resident_signin.code, name="resident.code"),
    path("resident/welcome", resident_signin.welcome, name="resident.welcome"),
    path("resident/welcome/guardian", resident_signin.guardian, name="resident.guardian"),
    path("sign-in", signin.sign_in, name="sign-in"),
    path("sign-in/code", signin.code, name="code"),
    path("sign-in/password", signin.password, name="password"),
    path("sign-out", signin.sign_out, name="sign-out"),
    path("posts", signin.posts, name="posts"),
    path("settings/", settings_page.listing, name="settings"),
    path("settings/<str:key>", settings_page.change, name="settings.change"),
    *[
        path(f"settings/{p.pattern}", p.callback, name=p.name)
        for p in pages.routes("settings", CalendarYear)
        if p.name == "settings.announce_year"  # the others have the page above
    ],
    path("records/", records.listing, name="records"),
    path("records/<int:number>", records.record, name="record"),
    path("records/<int:number>/proof.json", records.proof, name="record.proof"),
    path("evidence/<int:pk>", records.evidence_file, name="evidence"),
    path("evidence/<int:pk>/thumb", records.evidence_thumb, name="evidence.thumb"),
    path("accounts/", accounts.listing, name="accounts"),
    path("accounts/<int:pk>/", accounts.thing, name="accounts.account"),
    *[path(f"accounts/{p.pattern}", p.callback, name=p.name) for p in pages.routes("accounts", Account)],
    path("tokens/", accounts.tokens, name="tokens"),
    path("_kit", kit.page),
    path("_kit/<str:part>", kit.page),
    path("sw.js", phone.worker, name="worker"),
    path("manifest.webmanifest", phone.manifest, name="manifest"),
    path("icon-<int:size>.png", phone.app_icon, name="app-icon"),
    path("resident/report", reporting.report, name="resident.report"),
    path("resident/alike", reporting.alike, name="resident.alike"),
    path("resident/outbox", reporting.outbox, name="resident.outbox"),
    path("resident/token", phone.token, name="resident.token"),
    path("healthz", workbench.healthz, name="healthz"),
    path("api/v1/", api.build().urls),
]
if settings.PROVIDERS:
    from gongzhi.site import provider_adapter

    urlpatterns += provider_adapter.routes()
