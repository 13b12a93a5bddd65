"""An item as an answer: the sentence, the two parties, the article, who pays, how to object."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from gongzhi.core.words import Words, say
from gongzhi.lists.duties import rules
from gongzhi.lists.duties.models import DutyItem

SIDE = {"government": "a", "both": "both", "committee": "b"}


def answer_card(item: DutyItem, days: int) -> dict[str, Any]:
    """The answer card of an item; needs lead, bases and repeals. ``days`` is the time for answering objections."""
    return {
        "what": f"{item.list_label} {item.code}　{item.name}",
        "sentence": by_clause(item.answer.sentence),
        "left": _left(item),
        "right": _right(item),
        "basis": [
            {"law": b.law, "article": b.article + (f"（{b.text_year} 文本）" if b.text_year else ""), "quote": b.quote,
             "verify": b.mark != rules.CHECKED}
            for b in item.bases.all()
        ],
        "pays": item.funding_rule or item.payer_label,
        "pays_source": item.funding_basis,
        "ways": _ways(item, days),
    }  # fmt: skip


def by_clause(sentence: Words) -> Markup:
    """A sentence that breaks between its clauses first: "归市残联管，" "村（居）委会应当帮您。"."""
    clauses = str(sentence).replace("，", "，\n").split("\n")
    return Markup().join(Markup('<span style="display:inline-block">{}</span>').format(c) for c in clauses)


# Both parties always stand side by side: what one of them does not owe is part of the answer.
def _left(item: DutyItem) -> dict[str, Any]:
    if item.lead is not None:
        joint = say("（会同{who}）", who=item.joint) if item.joint else ""
        job = say("主办") if item.list_type == rules.ASSIST else say("负责")
        return {"unit": item.lead.name, "note": f"{item.lead_does}{joint}", "job": job}
    if item.list_type == rules.NEGATIVE:
        return {"unit": say("有关单位"), "note": item.instead, "job": say("请找"), "char": "找"}
    guide = say("镇党委（街道党工委）") if item.list_type == rules.MAIN_RESP else say("镇政府（街道）")
    return {"unit": guide, "note": say("指导、支持和帮助"), "job": say("指导"), "char": "导"}


def _right(item: DutyItem) -> dict[str, Any]:
    who = say("您那里的{who}", who=rules.committee(item.applies_to))
    if item.list_type == rules.ASSIST:
        return {"unit": who, "note": item.committee_does, "job": say("协助"), "char": "助"}
    if item.list_type == rules.NEGATIVE:
        return {
            "unit": who,
            "note": say("不能要求它去办，可以请它帮您转告"),
            "job": say("不承担"),
            "char": "免",
        }
    if item.list_type == rules.MAIN_RESP:
        who = say("您那里的村（社区）党组织")
    return {"unit": who, "note": item.committee_does, "job": say("负责"), "char": "办"}


def _ways(item: DutyItem, days: int) -> list[dict[str, Any]]:
    href = f"/duties/object/?list={item.version_id}&item={item.pk}"
    refused: Words = say("村里不肯帮") if item.answer.glyph != "government" else say("推给了村里")
    return [
        {
            "title": say("觉得答案不对"),
            "text": say("对清单提异议，{days} 个工作日内书面答复", days=days),
            "href": href,
            "label": say("提异议"),
        },
        {
            "title": refused,
            "text": say("先找监督委员会，再向镇政府（街道）反映"),
            "href": href,
            "label": say("写下来，交上去"),
        },
        {
            "title": say("不方便上网"),
            "text": say("到村（居）委会说，或者打 12345，都算数"),
            "href": "/places/public/",
            "label": say("找最近的窗口"),
        },
    ]


def near_row(item: DutyItem) -> dict[str, Any]:
    """One line of 相近的事."""
    return {
        "side": SIDE[item.answer.glyph], "title": item.question or item.name,
        "text": item.instead if not item.lead and item.instead else item.answer.sentence,
        "href": item.get_absolute_url(),
    }  # fmt: skip
