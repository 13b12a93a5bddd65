"""An account is given up: statements and answers bear no name anyway, and the maps rest on them."""

from __future__ import annotations

from gongzhi.core.personal import Kept
from gongzhi.core.words import say
from gongzhi.participation.opinions.models import Statement, Vote


def forget_about(account_id: int) -> list[Kept]:
    """Inside the act that gives an account up. Nothing here says who it was: everything stays and counts."""
    said = Statement.objects.filter(author_id=account_id, staff=False).count()
    answered = Vote.objects.filter(account_id=account_id).count()
    if not said + answered:
        return []
    why = say("村务协商的记录，意见图由它们算出；从不写是谁（村民委员会组织法第 34 条）")
    return [Kept(str(say("看法 {n} 句、表态 {m} 次", n=said, m=answered)), why)]
