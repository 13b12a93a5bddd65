"""Children under fourteen: a guardian agrees, and keeps watch over what is held."""

from __future__ import annotations

from typing import Annotated, Any

from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.registers.residents import queries, rules
from gongzhi.registers.residents.actions import codes, consents, entering
from gongzhi.registers.residents.models import Resident

SOURCE = say("个人信息保护法第 31 条")


def by_proof(proof: str, *, but: str = "") -> Resident:
    """The guardian who holds the proven phone, opened now where there is no account yet; no minor (民法典第 27 条), and
    not the child."""
    number = codes.proven(proof, codes.GUARDIAN)
    if number == but:
        refuse(say("监护人要用自己的手机号"), rule="residents.own_guardian", source=SOURCE, field="phone")
    guardian = entering.open_by_phone(number)
    if not queries.is_adult(guardian.pk):
        refuse(say("监护人要是成年人"), rule="residents.guardian_adult", source=SOURCE, field="phone")
    return guardian


@action("residents.name_guardian", on=Resident, label=say("请监护人同意"), offered=False, keeps_todo=True)
def name_guardian(
    actor: Actor,
    resident: Resident,
    *,
    proof: Annotated[str, Ask(say("监护人手机号的验证"), help=say("输对验证码以后由页面给出"), max=2000)],
) -> dict[str, Any]:
    """Link a child to a guardian, whose phone was proven just now and who agrees with this act.

    Once there is a guardian no other phone will do: a consent that was taken back is not got around by a friend's.
    """
    if rules.CHILD not in consents.wanted(resident):
        refuse(say("满十四周岁的居民自己同意，不用监护人"), rule="residents.no_child", source=SOURCE)
    own = resident.phone.reveal() if resident.phone else ""
    guardian = by_proof(proof, but=own)
    if resident.guardian_id not in (None, guardian.pk):
        refuse(
            say(
                "这个账号登记了监护人，只能由他（她）用自己的手机号同意；监护人换了的，请先注销账号，再由新的监护人同意开通"
            ),
            rule="residents.other_guardian",
            source=SOURCE,
            field="phone",
            way_out=f"/residents/{resident.pk}/leave",
        )
    if guardian.guardian_id == resident.pk:
        refuse(say("不能互为监护人"), rule="residents.own_guardian", source=SOURCE, field="phone")
    resident.guardian = guardian
    resident.save(update_fields=["guardian"])
    consents.give(resident, rules.CHILD, by_account=guardian.pk)
    return {"guardian": True}
