"""What this room holds about a resident: for the resident to see and to take along."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localtime

from gongzhi.core import evidence, journal, story
from gongzhi.core.personal import Held
from gongzhi.core.words import say
from gongzhi.registers.residents import rules
from gongzhi.registers.residents.models import Claim, Consent, Identity, Resident

LATEST = 200
"""So many of the latest entries of the journal are listed; the others are counted in the records."""


def resident_of(account_id: int) -> Resident | None:
    """The resident with an account."""
    found: Resident | None = (
        Resident.objects.select_related("unit", "guardian").filter(pk=account_id, left=None).first()
    )
    return found


def wards(account_id: int) -> list[Resident]:
    """The children for whom a resident is the guardian, as long as they are children."""
    rows = Resident.objects.filter(Resident.owned_by(account_id)).exclude(pk=account_id)
    return list(rows.order_by("pk"))


def held_about(account_id: int) -> list[Held]:
    """Everything this room keeps about an account, in plain words. Seven queries."""
    resident = resident_of(account_id)
    if resident is None:
        return []
    return [
        _self(resident),
        _claims(account_id),
        _consents(account_id),
        _identities(account_id),
        _files(account_id),
        _looks(account_id),
        _records(account_id),
    ]


def _when(moment: Any) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _self(r: Resident) -> Held:
    return Held(
        "resident",
        say("账号"),
        say("依据您的同意（个人信息保护法第 13 条），保存到您注销"),
        {
            "nickname": say("昵称"),
            "shown": say("别人看到的称呼"),
            "name": say("姓名"),
            "phone": say("手机号"),
            "contact": say("亲友手机号"),
            "contact_whose": say("亲友是您的什么人"),
            "birth_year": say("出生年份"),
            "guardian": say("有没有监护人账号"),
            "large": say("大字"),
            "since": say("开通"),
        },
        [
            {
                "nickname": r.nickname,
                "shown": r.shown,
                "name": r.name.reveal() if r.name else "",
                "phone": r.phone.reveal() if r.phone else "",
                "contact": r.contact.reveal() if r.contact else "",
                "contact_whose": r.contact_whose,
                "birth_year": r.birth_year,
                "guardian": r.guardian_id is not None,
                "large": r.large,
                "since": _when(r.created_at),
            }
        ],
    )


def _claims(account_id: int) -> Held:
    rows = Claim.objects.filter(resident_id=account_id).select_related("unit", "came_from").order_by("pk")
    return Held(
        "claims",
        say("居住申请"),
        say("村（居）委会核对居民身份的法定职责（个人信息保护法第 13 条第 3 项），办结后材料照片到期删除"),
        {
            "number": say("编号"),
            "place": say("村（社区）"),
            "came_from": say("原来的村（社区）"),
            "building": say("幢、单元"),
            "room": say("室号"),
            "state": say("状态"),
            "made": say("提出"),
            "decided": say("办结"),
            "ended": say("迁出"),
            "question": say("请您补充的"),
            "more": say("您说明的"),
            "reason": say("答复"),
            "helped": say("由工作人员代办"),
        },
        [
            {
                "number": c.pk,
                "place": c.unit.short,
                "came_from": c.came_from.short if c.came_from else "",
                "building": c.building,
                "room": c.room.reveal() if c.room else "",
                "state": str(c.state_label),
                "made": _when(c.created_at),
                "decided": c.decided.isoformat() if c.decided else "",
                "ended": c.ended.isoformat() if c.ended else "",
                "question": c.question,
                "more": c.more,
                "reason": c.reason,
                "helped": c.registered_by is not None,
            }
            for c in rows
        ],
    )


def _consents(account_id: int) -> Held:
    rows = Consent.objects.filter(resident_id=account_id).order_by("pk")
    return Held(
        "consents",
        say("同意和撤回"),
        say("证明已经取得同意（个人信息保护法第 14、55、56 条），至少保存三年"),
        {
            "purpose": say("同意什么"),
            "version": say("告知的版本"),
            "given": say("同意"),
            "withdrawn": say("撤回或被新版代替"),
            "on_behalf": say("由工作人员代办"),
        },
        [
            {
                "purpose": str(rules.PURPOSES[c.purpose]),
                "version": c.version.isoformat(),
                "given": _when(c.given),
                "withdrawn": _when(c.withdrawn),
                "on_behalf": c.by_post is not None,
            }
            for c in rows
        ],
    )


def _identities(account_id: int) -> Held:
    rows = Identity.objects.filter(resident_id=account_id).order_by("pk")
    return Held(
        "identities",
        say("其他登录方式"),
        say("依据您的同意；只存一个不可还原的编号，解除或注销时删除"),
        {"provider": say("方式"), "at": say("绑定")},
        [{"provider": i.provider, "at": _when(i.at)} for i in rows],
    )


def _files(account_id: int) -> Held:
    rows = evidence.Evidence.objects.filter(account_id=account_id).order_by("-pk")
    return Held(
        "files",
        say("您上传的照片和材料"),
        say("办您的事用；没有用上的和证明材料，注销时删除"),
        {
            "name": say("文件"),
            "size": say("字节"),
            "at": say("上传"),
            "taken": say("拍摄"),
            "point": say("坐标"),
        },
        [
            {
                "name": e.name,
                "size": e.size,
                "at": _when(e.uploaded_at),
                "taken": _when(e.taken_at),
                "point": f"{e.latitude}, {e.longitude}" if e.latitude is not None else "",
            }
            for e in rows
        ],
    )


def _looks(account_id: int) -> Held:
    claims = Claim.objects.filter(resident_id=account_id).values("pk")
    rows = journal.JournalEntry.objects.filter(
        verb="residents.unmask", thing_type="residents.claim", thing_id__in=claims
    )
    return Held(
        "looks",
        say("谁查看过您的完整信息"),
        say("个人信息保护法第 51 条：查看要写理由并留下记录"),
        {"unit": say("单位"), "role": say("岗位"), "reason": say("理由"), "at": say("时间")},
        [
            {"unit": e.actor_unit, "role": str(e.role_label), "reason": e.done["reason"], "at": _when(e.at)}
            for e in rows.order_by("-id")[:LATEST]
        ],
    )


def _records(account_id: int) -> Held:
    rows = journal.JournalEntry.objects.filter(account_id=account_id).order_by("-id")[:LATEST]
    return Held(
        "records",
        say("您办过的事（操作记录）"),
        say("依法留存、不能删改（网络安全法）；只有编号，没有姓名。列出最近 {n} 条", n=LATEST),
        {"number": say("记录号"), "what": say("办的事"), "about": say("对象"), "at": say("时间")},
        [
            {"number": e.pk, "what": str(story.verb_label(e.verb)), "about": e.label, "at": _when(e.at)}
            for e in rows
        ],
    )
