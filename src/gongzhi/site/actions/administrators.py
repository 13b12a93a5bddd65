"""What touches one of the three administrators takes two of them: one proposes, another confirms (三员分立).

Otherwise whoever may reset passwords could become the auditor of his own acts. A proposal lapses by itself. A
temporary password is made of two halves, one from each, so that neither could enter in between.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Annotated, Any

from django.db.models import Q
from django.utils import timezone

from gongzhi.core import clock, dated, roles, sealed, todo
from gongzhi.core.access import SYSTEM, Actor
from gongzhi.core.accounts import Account, Post
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Note, Reason
from gongzhi.core.refusal import NotFound, Refused, check_all, refuse
from gongzhi.core.units import Unit
from gongzhi.core.words import say
from gongzhi.site import rules
from gongzhi.site.actions.passwords import forget_second_factor, give_first_password, revoke_keys
from gongzhi.site.models import AdministratorChange

TWO = rules.THREE
ADMINISTRATORS = {r: roles.LABELS[r] for r in roles.ADMINISTRATORS}
HALF = say("至少 4 个字符；本人登录时先输提出的人给的一半，紧接着输确认的人给的一半")


def administering(on: date | None = None) -> Any:
    """The administrators' posts that are held on a day (today) or will be."""
    rows = Post.objects.filter(role__in=roles.ADMINISTRATORS, account__is_active=True)
    return rows.filter(Q(until=None) | Q(until__gte=on or clock.today()))


def administers(account: Account) -> bool:
    """Whether the account holds, or will hold, the post of one of the three."""
    return bool(administering().filter(account=account).exists())


def check_clash(account: Account, role: str, since: date) -> None:
    """Refuse a post that would make one person two of the three."""
    overlapping = account.posts.filter(Q(until=None) | Q(until__gte=since))
    if rules.clashing_administrators({*overlapping.values_list("role", flat=True), role}):
        refuse(
            say("系统、安全、审计三种管理员不能由同一个人担任"),
            rule="site.three_administrators",
            source=say("GB/T 22239-2019 管理员职责分离"),
            field="role",
        )


def open_change(account: Account) -> AdministratorChange | None:
    """What waits for its second administrator, overdue or not."""
    rows = AdministratorChange.objects.select_related("by__account", "unit")
    found: AdministratorChange | None = rows.filter(account=account, state=rules.OPEN).first()
    return found


def propose(actor: Actor, account: Account, matter: str, **what: Any) -> AdministratorChange:
    """Write a proposal down, within an act, and ask the other administrators to look at it."""
    assert actor.post_id is not None  # only administrators hold the right
    hours = int(dated.value("core.proposal_hours"))
    change = AdministratorChange.objects.create(
        account=account,
        matter=matter,
        by_id=actor.post_id,
        expires=clock.now() + timedelta(hours=hours),
        **what,
    )
    own = administering().filter(account=account).values_list("role", flat=True)
    asked = [r for r in roles.ADMINISTRATORS if r not in {actor.role, *own}]
    seats = administering().filter(role__in=asked).values_list("unit_id", flat=True).distinct().order_by()
    for unit_id in seats:
        todo.open(
            account,
            key=f"confirm:{change.pk}:{unit_id}",
            unit_id=unit_id,
            verb="accounts.confirm",
            roles=asked,
            about=say("确认：{matter}（{login}）", matter=change.label, login=account.login),
            due=timezone.localtime(change.expires).date(),
            url=account.get_absolute_url(),
        )
    return change


def _may_propose(actor: Actor, account: Account) -> None:
    if account.pk == actor.account_id:
        refuse(say("不能给自己的账号提出，请另一位管理员提出"), rule="site.not_own_account")
    if not account.is_active:
        refuse(say("这个账号已经停用"), rule="site.closed_account")
    waiting = open_change(account)
    if waiting is not None and waiting.expires > clock.now():
        refuse(say("已经有一项变更等确认"), rule="site.change_open", way_out=account.get_absolute_url())


def _about_administrator(actor: Actor, account: Account) -> None:
    _may_propose(actor, account)
    if not administers(account):
        refuse(say("这不是管理员的账号，不用两人办理"), rule="site.not_administrator")


def _start(account: Account) -> None:
    """An overdue proposal makes room for the new one."""
    waiting = open_change(account)
    if waiting is not None:
        _end(waiting, rules.LAPSED)


def _end(change: AdministratorChange, state: str, actor: Actor | None = None) -> None:
    change.state, change.half = state, ""
    change.second_id = actor.post_id if actor is not None else None
    change.save(update_fields=["state", "half", "second"])
    todo.close(change.account, key="confirm:*")


@action(
    "accounts.propose_reset",
    on=Account,
    label=say("提出重设管理员的密码或动态口令"),
    effects=say("另一位管理员确认以后才生效；过期没有确认就作废。"),
    check=_about_administrator,
)
def propose_reset(
    actor: Actor,
    account: Account,
    *,
    matter: Annotated[str, Ask(say("重设什么"), choices=rules.RESETS)],
    reason: Reason,
    half: Annotated[str, Ask(say("临时密码的前一半（重设密码时填）"), help=HALF, max=60)] = "",
) -> dict[str, Any]:
    """Ask another administrator to let an administrator in again who lost password or phone."""
    _start(account)
    if matter == rules.PASSWORD and len(half) < 4:
        refuse(say("请填临时密码的前一半，至少 4 个字符"), rule="site.password_half", field="half")
    kept = sealed.seal(half) if matter == rules.PASSWORD else ""
    change = propose(actor, account, matter, reason=reason, half=kept)
    return {"matter": matter, "reason": reason, "expires": change.expires}


@action(
    "accounts.propose_administrator",
    on=Account,
    label=say("提出任命管理员"),
    effects=say("另一位管理员确认以后才生效；过期没有确认就作废。"),
    check=_may_propose,
)
def propose_administrator(
    actor: Actor,
    account: Account,
    *,
    role: Annotated[str, Ask(say("岗位"), choices=ADMINISTRATORS)],
    unit: Annotated[int, Ask(say("单位"), pick="unit")],
    since: Annotated[date, Ask(say("起任日期"))],
    reason: Reason,
) -> dict[str, Any]:
    """Ask another administrator to give the account the post of one of the three."""
    _start(account)
    if account.must_change:
        refuse(
            say("这个账号的密码还是别人给的：先由本人登录改过，再提出任命"),
            rule="site.password_not_own",
            source=TWO,
        )
    check_clash(account, role, since)
    seat = Unit.objects.filter(pk=unit, path__startswith=actor.unit_path, closed=None).first()
    if seat is None:
        raise NotFound("unit")
    change = propose(actor, account, rules.APPOINT, role=role, unit=seat, day=since, reason=reason)
    return {"role": role, "unit": unit, "since": since, "reason": reason, "expires": change.expires}


@action(
    "accounts.propose_removal",
    on=Account,
    label=say("提出免去管理员"),
    effects=say("另一位管理员确认以后才生效；过期没有确认就作废。"),
    check=_about_administrator,
)
def propose_removal(
    actor: Actor,
    account: Account,
    *,
    matter: Annotated[str, Ask(say("怎么办"), choices=rules.REMOVALS)],
    reason: Reason,
    until: Annotated[date | None, Ask(say("最后一天"), help=say("免去岗位时填，不填就是今天"))] = None,
) -> dict[str, Any]:
    """Ask another administrator to end the posts of an administrator or to close the account."""
    _start(account)
    day = until or clock.today()
    _leaves_none_empty(account, day)
    change = propose(actor, account, matter, day=day, reason=reason)
    return {"matter": matter, "until": day, "reason": reason, "expires": change.expires}


def _leaves_none_empty(account: Account, last: date) -> None:
    """The three posts are always held: a successor comes before the predecessor goes."""
    after = last + timedelta(days=1)
    for role in administering().filter(account=account).values_list("role", flat=True):
        if not administering(after).filter(role=role, since__lte=after).exclude(account=account).exists():
            refuse(
                say("“{role}”没有别人接任，三员不能缺位：请先任命接任的人", role=roles.LABELS[role]),
                rule="site.three_administrators",
                source=TWO,
            )


def _waiting(account: Account) -> AdministratorChange:
    change = open_change(account)
    if change is None:
        refuse(say("没有等确认的变更"), rule="site.no_change.flow")
    return change


def _may_confirm(actor: Actor, account: Account) -> None:
    change = _waiting(account)
    if change.expires <= clock.now():
        refuse(say("已经过期，要重新提出"), rule="site.change_lapsed")
    proposer = (change.by.role, change.by.account_id)
    check_all([rules.may_confirm(actor.role, actor.account_id, proposer, account.pk)])


@action(
    "accounts.confirm",
    on=Account,
    label=say("确认管理员账号的变更"),
    main=True,
    irreversible=True,
    effects=say("立即生效。重设密码时，已经登录的地方会退出，接口钥匙同时停用。"),
    check=_may_confirm,
)
def confirm(
    actor: Actor,
    account: Account,
    *,
    half: Annotated[str, Ask(say("临时密码的后一半（重设密码、新开账号时填）"), help=HALF, max=60)] = "",
    note: Note = "",
) -> dict[str, Any]:
    """Be the second: what another administrator proposed is done."""
    change = _waiting(account)
    done: dict[str, Any] = {}
    if change.half:
        done["keys_revoked"] = _join_halves(account, change, half)
    if change.matter == rules.SECOND_FACTOR:
        forget_second_factor(account)
    if change.matter == rules.APPOINT:
        assert change.day is not None
        assert change.unit is not None
        check_clash(account, change.role, change.day)
        Post.objects.create(account=account, role=change.role, unit=change.unit, since=change.day)
    if change.matter in rules.REMOVALS:
        _remove(account, change)
    _end(change, rules.CONFIRMED, actor)
    return {"matter": change.matter, "proposed_by": change.by_id, "note": note, **done}


def _join_halves(account: Account, change: AdministratorChange, half: str) -> int:
    """The temporary password, of which each of the two knows a half. Returns how many API keys ended."""
    if len(half) < 4:
        refuse(say("请填临时密码的后一半，至少 4 个字符"), rule="site.password_half", field="half")
    give_first_password(account, sealed.unseal(change.half) + half)
    return revoke_keys(account)


def _remove(account: Account, change: AdministratorChange) -> None:
    assert change.day is not None
    _leaves_none_empty(account, change.day)
    if change.matter == rules.CLOSE:
        account.is_active = False
        account.save(update_fields=["is_active"])
        return
    for post in administering().filter(account=account):
        post.until = max(change.day, post.since)
        post.save(update_fields=["until"])


def _may_decline(actor: Actor, account: Account) -> None:
    _waiting(account)


@action("accounts.decline", on=Account, label=say("不同意或者收回变更"), check=_may_decline)
def decline(actor: Actor, account: Account, *, reason: Reason) -> dict[str, Any]:
    """Say no to a proposal, or take one's own back."""
    change = _waiting(account)
    _end(change, rules.DECLINED, actor)
    return {"matter": change.matter, "proposed_by": change.by_id, "reason": reason}


@action("accounts.lapse", on=Account, label=say("变更过期作废"), check=_may_decline, offered=False)
def lapse(actor: Actor, account: Account) -> dict[str, Any]:
    """The system's: nobody has confirmed in time."""
    change = _waiting(account)
    if change.expires > clock.now():
        refuse(say("还没有过期"), rule="site.change_open")
    _end(change, rules.LAPSED)
    return {"matter": change.matter, "proposed_by": change.by_id}


def lapse_overdue() -> int:
    """End every proposal that nobody confirmed in time; returns how many. Run hourly."""
    rows = AdministratorChange.objects.filter(state=rules.OPEN, expires__lte=clock.now())
    ids = list(rows.values_list("account_id", flat=True))
    for pk in ids:
        with suppress(Refused):  # decided in this very moment
            lapse(SYSTEM, pk)
    return len(ids)
