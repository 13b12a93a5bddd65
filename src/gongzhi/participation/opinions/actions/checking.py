"""The auditor computes a version of the map again from what was kept of it."""

from __future__ import annotations

import zlib
from typing import Annotated, Any

from gongzhi.core import access, notices
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.participation.opinions.models import OpinionMap, Poll


def proves(drawn: OpinionMap) -> bool:
    """Whether the kept inputs are those of the kept hash, and give the kept result again. NumPy is loaded here."""
    from gongzhi.participation.opinions.rules import mapping
    from gongzhi.participation.opinions.rules.matrix import Inputs, fingerprint

    try:
        packed = zlib.decompress(bytes(drawn.inputs))
    except zlib.error:
        return False
    if fingerprint(packed) != drawn.inputs_hash:
        return False
    again = mapping.draw(Inputs.unpack(packed)).result
    results = (mapping.canonical(drawn.result), mapping.canonical(again))
    return all(fingerprint(result) == drawn.result_hash for result in results)


@action(
    "opinions.check",
    on=Poll,
    label=say("重算核对意见图"),
    keeps_todo=True,
    offered=False,
    effects=say(
        "用留存的表态（不含账号）把这一版重新算一遍，和留存的结果、指纹比对。核对结果公开，不改动任何数据。"
    ),
)
def check(actor: Actor, poll: Poll, *, version: Annotated[int, Ask(say("第几版"), min=1)]) -> dict[str, Any]:
    """Compute one version again; the journal keeps whether it came out the same. What does not is told at once."""
    drawn = OpinionMap.objects.filter(poll=poll, version=version).first()
    if drawn is None:
        refuse(
            say("没有这一版意见图"),
            rule="opinions.no_version",
            field="version",
            way_out=f"{poll.get_absolute_url()}map/versions",
        )
    proved = proves(drawn)
    if not proved:
        about = say("“{what}”第 {n} 版意见图重算不符，请保留现场并核查", what=poll.about, n=version)
        url = f"{poll.get_absolute_url()}map/versions"
        notices.send(
            poll.unit_id, access.roles_with("opinions.approve"), about, poll, verb="opinions.check", url=url
        )
    return {
        "version": version,
        "proved": proved,
        "inputs_hash": drawn.inputs_hash,
        "result_hash": drawn.result_hash,
    }
