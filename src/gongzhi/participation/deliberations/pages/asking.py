"""What people do about a matter beside its own verbs: ask, object, offer to check. The matter comes with the address."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from gongzhi.core.access import Actor
from gongzhi.participation.deliberations.models import Matter

SETTLED = ("publicity", "adopted", "doing")
TO_DO = ("adopted", "doing", "done")


def about(request: Any, thing: Any) -> dict[str, Any]:
    """The matter that the address names, so that nobody has to look for it."""
    asked = request.POST.get("matter") or request.GET.get("matter") or ""
    if not (asked.isdecimal() and len(asked) < 10):
        return {}
    rows = Matter.objects.visible_to(request.actor, Matter.VIEW).select_related("unit")
    found = rows.filter(pk=asked).first()
    return {"about": found, "back": found.get_absolute_url()} if found is not None else {}


CONTEXTS = dict.fromkeys(("object", "inquire", "volunteer"), about)


def ways(actor: Actor, matter: Matter) -> list[tuple[str, str]]:
    """(label, address) of what the reader may do; the public signs in on the way, the committee writes for others."""
    ours = not actor.is_outside and actor.unit_id == matter.unit_id
    here = actor.unit_path.startswith(matter.unit.path) or (actor.is_outside and not actor.unit_path)
    offered = [
        ("inquire", _("问一问"), actor.is_outside and matter.is_open),
        ("object", _("提异议"), (actor.is_outside or ours) and matter.state in SETTLED),
        ("volunteer", _("我愿意当监督人"), here and actor.is_outside and matter.state in TO_DO),
        ("volunteer", _("登记愿意监督的居民"), ours and matter.state in TO_DO),
    ]
    return [
        (label, f"/deliberations/new/{word}?matter={matter.pk}")
        for word, label, open_now in offered
        if open_now and (actor.is_public or actor.may(f"deliberations.{word}"))
    ]
