"""The county's settings: every parameter with its dates, source and whether it is only our assumption."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from gongzhi.core import clock, dated
from gongzhi.core.pages import render, signed_in
from gongzhi.core.params import Param
from gongzhi.core.refusal import NotFound, Problem, Refused
from gongzhi.core.words import say
from gongzhi.site import actions

ROOM_NAMES = {
    "core": say("安全和公共"),
    "places": say("村和社区"),
    "organisations": say("组织"),
    "people": say("人员"),
    "positions": say("岗位和证书"),
    "corrections": say("更正请求"),
    "duties": say("权责清单"),
    "agreements": say("协助管理协议"),
    "appraisals": say("双向评估"),
    "insight": say("县情"),
    "residents": say("居民账号"),
    "conversations": say("讨论"),
    "opinions": say("大家怎么看"),
    "ballots": say("投票表决"),
    "deliberations": say("五事协商"),
    "accounts": say("账号"),
    "settings": say("参数设置"),
}


class ChangeForm(forms.Form):
    """A new value from a day on, with the document that fixes it."""

    value = forms.CharField(label=gettext_lazy("新的数值"))
    since = forms.DateField(label=gettext_lazy("从哪天起"), widget=forms.DateInput(attrs={"type": "date"}))
    source = forms.CharField(
        label=gettext_lazy("依据"), max_length=300, help_text=gettext_lazy("文件名称或会议纪要")
    )
    document = forms.CharField(
        label=gettext_lazy("文号"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("从过去的日子起生效时必填"),
    )


@signed_in
@require_GET
def listing(request: Any) -> HttpResponseBase:
    """All parameters in force today, by room; the assumptions are marked."""
    if not request.actor.may("settings.view"):
        raise NotFound("settings.view")
    lines = dated.in_force(clock.today())
    rooms: dict[str, list[Any]] = {}
    for line in lines:
        rooms.setdefault(line.param.room, []).append(line)
    assumed = sum(1 for line in lines if line.period.assumption)
    title = _("{n} 项参数，其中 {a} 项是默认设定，等本县确认").format(n=len(lines), a=assumed)
    page = {"title": title, "rooms": rooms, "names": ROOM_NAMES}
    return render(request, "site/settings.html", page)


def _text(param: Param, history: list[Any]) -> str:
    """The value in force as it is typed in."""
    now = next((p.value for p in reversed(history) if p.since <= clock.today()), param.parse(param.value))
    if param.kind == "json":
        return json.dumps(now, ensure_ascii=False, indent=1)
    return str(now).lower() if param.kind == "bool" else str(now)


def _form(request: Any, param: Param, initial: dict[str, Any]) -> ChangeForm:
    """The form with the field that this kind of value needs: a choice, a day, a number with its unit, or a text."""
    form = ChangeForm(request.POST or None, initial=initial)
    field = form.fields["value"]
    known = param.choices or ({"true": say("是"), "false": say("否")} if param.kind == "bool" else {})
    if known:
        form.fields["value"] = forms.ChoiceField(label=field.label, choices=list(known.items()))
    elif param.kind == "date":
        field.widget = forms.DateInput(attrs={"type": "date"})
    elif param.kind in ("json", "text"):
        field.widget = forms.Textarea(attrs={"rows": min(20, max(2, initial["value"].count("\n") + 1))})
        field.help_text = _("照原来的格式改（JSON）") if param.kind == "json" else ""
    else:
        field.help_text = str(param.unit)
    return form


@signed_in
@require_http_methods(["GET", "POST"])
def change(request: Any, key: str) -> HttpResponseBase:
    """One parameter: its history, and a new value from a day on."""
    if not request.actor.may("settings.view") or key not in dated.registry():
        raise NotFound("settings.view")
    param = dated.param(key)
    may_change = bool(request.actor.may("settings.secure" if param.security else "settings.change"))
    tomorrow: date = clock.today() + timedelta(days=1)
    history = dated.history(key)
    form = _form(request, param, {"since": tomorrow, "value": _text(param, history)})
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and may_change and form.is_valid():
        try:
            verb = actions.secure_setting if param.security else actions.change_setting
            verb(request.actor, key=key, **form.cleaned_data)
        except Refused as refused:
            problems = refused.problems
        else:
            return HttpResponseRedirect(f"/settings/{key}")
    page = {
        "title": str(param.label),
        "param": param,
        "history": history,
        "form": form,
        "may_change": may_change,
        "problems": problems,
    }
    return render(request, "site/setting.html", page, status=422 if problems or form.errors else 200)
