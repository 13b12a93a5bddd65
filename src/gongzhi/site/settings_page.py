"""The county's settings: every parameter with its dates, source and whether it is only our assumption."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from gongzhi.core import clock, dated
from gongzhi.core.pages import render, signed_in
from gongzhi.core.refusal import NotFound, Problem, Refused


class ChangeForm(forms.Form):
    """A new value from a day on, with the document that fixes it."""

    value = forms.CharField(label=gettext_lazy("新的数值"), widget=forms.Textarea(attrs={"rows": 2}))
    since = forms.DateField(label=gettext_lazy("从哪天起"), widget=forms.DateInput(attrs={"type": "date"}))
    source = forms.CharField(
        label=gettext_lazy("依据"), max_length=300, help_text=gettext_lazy("文件名称、文号或会议纪要")
    )


@signed_in
@require_GET
def listing(request: Any) -> HttpResponseBase:
    """All parameters in force today, by room; the assumptions are marked."""
    if not request.actor.may("settings.view"):
        raise NotFound("settings.view")
    rows = dated.all_on(clock.today())
    rooms: dict[str, list[Any]] = {}
    for row in rows:
        rooms.setdefault(row.param.room, []).append(row)
    assumed = sum(1 for row in rows if row.assumption)
    title = _("{n} 项参数，其中 {a} 项是默认设定，等本县确认").format(n=len(rows), a=assumed)
    return render(request, "site/settings.html", {"title": title, "rooms": rooms})


@signed_in
@require_http_methods(["GET", "POST"])
def change(request: Any, key: str) -> HttpResponseBase:
    """One parameter: its history, and a new value from a day on."""
    if not request.actor.may("settings.view"):
        raise NotFound("settings.view")
    param = dated.declared(key)
    may_change = dated.may_change(request.actor, param)
    tomorrow: date = clock.today() + timedelta(days=1)
    form = ChangeForm(request.POST or None, initial={"value": dated.text(key), "since": tomorrow})
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and may_change and form.is_valid():
        try:
            dated.change(request.actor, key, **form.cleaned_data)
        except Refused as refused:
            problems = refused.problems
        else:
            return HttpResponseRedirect("/settings/#" + key)
    page = {
        "title": str(param.label),
        "param": param,
        "history": dated.history(key),
        "form": form,
        "may_change": may_change,
        "problems": problems,
    }
    return render(request, "site/setting.html", page, status=422 if problems or form.errors else 200)
