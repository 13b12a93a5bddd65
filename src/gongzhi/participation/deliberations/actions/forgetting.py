"""An account is given up: the village's record stays in its words; names, numbers, points and photos go."""

from __future__ import annotations

from gongzhi.core import discarding
from gongzhi.core.personal import Kept
from gongzhi.core.todo import follow
from gongzhi.core.words import say
from gongzhi.participation.deliberations.models import Inquiry, Objection, Raising, Stakeholder, Supervisor
from gongzhi.participation.deliberations.rules import flow


def forget_about(account_id: int) -> list[Kept]:
    """Inside the act that gives an account up. What nobody has registered yet is taken back; the rest goes on."""
    kept = 0
    for raising in Raising.objects.select_for_update().filter(account_id=account_id).order_by("pk"):
        _bare(raising)
        kept += raising.state == "registered"
    _step_back(account_id)
    Stakeholder.objects.filter(account_id=account_id).update(name="")
    objections = Objection.objects.filter(account_id=account_id)
    objections.update(name="")
    kept += objections.count() + Inquiry.objects.filter(account_id=account_id).count()
    if not kept:
        return []
    why = say("村务档案，原话和经过照规定保存；姓名、电话、坐标和照片已删（村民委员会组织法第 34 条）")
    return [Kept(str(say("说过的事、异议和询问 {n} 件", n=kept)), why)]


def _bare(raising: Raising) -> None:
    """Take from a raising what says who and where from; photos, too, for they carry place and camera."""
    if raising.state == "waiting":
        raising.state = flow.RAISING_FLOW.step(raising.state, "withdraw")
        raising.text = str(say("（提出人已注销，原话已删除）"))
        raising.additions.all().delete()
    raising.name = raising.phone = ""
    raising.latitude = raising.longitude = raising.key = None
    raising.unnamed, raising.may_publish = True, False
    raising.save()
    follow(raising)
    discarding.discard(raising, key="raised")


def _step_back(account_id: int) -> None:
    """Nobody is a supervisor whom nobody can call; what was checked stays."""
    mine = Supervisor.objects.filter(account_id=account_id)
    mine.filter(matter=None, state="volunteered").update(state="stepped_back")
    mine.filter(state__in=["volunteered", "chosen"]).exclude(matter__state=flow.CLOSED).update(
        state="stepped_back"
    )
    mine.update(name="")
