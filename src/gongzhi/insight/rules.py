"""Who sees the county's figures, and how they are cut into steps. Pure."""

from __future__ import annotations

from gongzhi.core import roles
from gongzhi.core.params import Param
from gongzhi.core.roles import COUNTY, TOWNSHIP, Reach, Rights, grant

RIGHTS: Rights = {
    "insight.view": {
        **grant(COUNTY, Reach.ALL),
        **grant(TOWNSHIP, Reach.BELOW),
        roles.AUDITOR: Reach.ALL,
    },
}
PARAMETERS: list[Param] = []
