"""The only writers of this room, by the step of the procedure they belong to."""

from gongzhi.lists.duties.actions.consulting import (
    agree,
    amend,
    close_consultation,
    dissent,
    open_consultation,
    record,
    reply,
)
from gongzhi.lists.duties.actions.defaults import departments, load_default, seed_default
from gongzhi.lists.duties.actions.drafting import draft, revise, withdraw
from gongzhi.lists.duties.actions.items import (
    accept_item,
    add_item,
    drop_item,
    edit_item,
    flag_repealed,
    offer_item,
    return_item,
)
from gongzhi.lists.duties.actions.objections import dismiss, object_to, uphold
from gongzhi.lists.duties.actions.publishing import (
    enter_force,
    issue,
    publicise,
    reopen,
    retire,
    turn_of_the_day,
)
from gongzhi.lists.duties.actions.review import pass_review, return_review, review_item, send_review

__all__ = [
    "accept_item",
    "add_item",
    "agree",
    "amend",
    "close_consultation",
    "departments",
    "dismiss",
    "dissent",
    "draft",
    "drop_item",
    "edit_item",
    "enter_force",
    "flag_repealed",
    "issue",
    "load_default",
    "object_to",
    "offer_item",
    "open_consultation",
    "pass_review",
    "publicise",
    "record",
    "reopen",
    "reply",
    "retire",
    "return_item",
    "return_review",
    "review_item",
    "revise",
    "seed_default",
    "send_review",
    "turn_of_the_day",
    "uphold",
    "withdraw",
]
