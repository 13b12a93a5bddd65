"""Opening a ballot, giving it more time, calling it off, and voting once more between options that are level."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any

from django.utils import timezone

from gongzhi.core import clock, dated, journal
from gongzhi.core.access import SYSTEM, Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask, Reason
from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.thing import Thing
from gongzhi.core.units import Unit
from gongzhi.core.words import say
from gongzhi.participation.ballots import queries
from gongzhi.participation.ballots.models import Ballot, Voter
from gongzhi.participation.ballots.rules import FLOW
from gongzhi.participation.ballots.rules.bodies import BODIES, CONSULTATIVE
from gongzhi.participation.ballots.rules.terms import (
    APPROVAL,
    MOST,
    Invited,
    check_list,
    check_terms,
    read_list,
)
from gongzhi.participation.ballots.rules.voting import moment
from gongzhi.registers.residents import queries as residents


def open_ballot(
    thing: Thing | None,
    unit_id: int,
    *,
    question: str,
    options: Sequence[str] = APPROVAL,
    closes: datetime,
    kind: str = CONSULTATIVE,
    electorate: Iterable[Invited] | None = None,
    most: int = 1,
    places: int = 1,
    opens: datetime | None = None,
    note: str = "",
    public: bool = True,
    changeable: bool = True,
    after: Ballot | None = None,
    actor: Actor = SYSTEM,
) -> Ballot:
    """Open a ballot on ``thing`` within another room's act, in whose name is checked there.

    ``kind`` is the body that decides (``rules.bodies``); ``electorate`` the people of a list, or None for the
    confirmed residents of the unit. Raises Refused with every reason why it cannot be put to the vote.
    """
    people = None if electorate is None else list(electorate)
    made = _make(
        Ballot(
            thing_type=thing.kind() if thing else "",
            thing_id=thing.pk if thing else None,
            about=thing.label() if thing else "",
            about_url=thing.get_absolute_url() if thing else "",
            unit_id=unit_id,
            question=question.strip(),
            note=note.strip(),
            options=[o.strip() for o in options],
            most=most,
            places=places,
            body=kind,
            public=public,
            changeable=changeable,
            opens=_aware(opens or clock.now()),
            closes=_aware(closes),
            after=after,
        ),
        people,
    )
    journal.write(
        actor,
        "ballots.open",
        thing_type=Ballot.kind(),
        thing_id=made.pk,
        label=made.label(),
        unit_id=unit_id,
        facts=_facts(made),
    )
    return made


def follow_thing(thing: Thing, *, public: bool) -> None:
    """The ballots on ``thing`` bear its name as it now is, and everybody may look just where they may look at the thing."""
    rows = Ballot.objects.filter(thing_type=thing.kind(), thing_id=thing.pk)
    rows.update(about=thing.label(), public=public)


def _make(ballot: Ballot, people: list[Invited] | None) -> Ballot:
    ballot.listed = people is not None
    longest = int(dated.value("ballots.longest_days"))
    check_terms(ballot.terms(), ballot.opens, ballot.closes, clock.now(), longest)
    if people is not None:
        check_list(people)
        ballot.eligible = len(people)
    else:  # as of now; counted anew when voting ends
        ballot.eligible = residents.confirmed_count(Unit.objects.get(pk=ballot.unit_id).path)
    ballot.save()
    rows = [
        Voter(
            ballot=ballot, seat=n, name=p.name.strip(), account_id=p.account_id, household=p.household.strip()
        )
        for n, p in enumerate(people or [], start=1)
    ]
    Voter.objects.bulk_create(rows, batch_size=2000)
    return ballot


def _facts(ballot: Ballot) -> dict[str, Any]:
    return {
        "about": f"{ballot.thing_type}:{ballot.thing_id}" if ballot.thing_type else "",
        "options": ballot.options,
        "most": ballot.most,
        "places": ballot.places,
        "body": ballot.body,
        "electorate": ballot.eligible if ballot.listed else "residents",
        "opens": ballot.opens,
        "closes": ballot.closes,
        "changeable": ballot.changeable,
    }


def _aware(value: datetime) -> datetime:
    return timezone.make_aware(value) if timezone.is_naive(value) else value


@action(
    "ballots.open",
    label=say("发起投票"),
    main=True,
    effects=(
        say("问题、选项和截止时间公布后不能改，只能延长或者取消。"),
        say("投票期间谁也看不到票投给了谁；截止后公布结果。"),
    ),
)
def open(
    actor: Actor,
    *,
    question: Annotated[str, Ask(say("表决什么"), max=200, rows=2)],
    options: Annotated[
        str, Ask(say("选项"), help=say("一行一个，2 到 12 个；不填就是赞成、反对、弃权"), max=1000, rows=4)
    ] = "",
    body: Annotated[str, Ask(say("由谁表决"), choices=BODIES)] = CONSULTATIVE,
    closes: Annotated[datetime, Ask(say("截止时间"))],
    opens: Annotated[datetime | None, Ask(say("开始时间"), help=say("不填就是现在"))] = None,
    most: Annotated[int, Ask(say("每人最多选几项"), min=1, max=MOST)] = 1,
    places: Annotated[int, Ask(say("要选出几项"), min=1, max=MOST)] = 1,
    changeable: Annotated[bool, Ask(say("截止前可以改票"))] = True,
    people: Annotated[
        str,
        Ask(
            say("应到人员名单"),
            help=say(
                "面向全体居民征求意见时不填。一行一人，可以从表格粘贴：姓名，户（一户一票时写），手机号（在网上投时写）"
            ),
            max=200_000,
            rows=6,
        ),
    ] = "",
    note: Annotated[str, Ask(say("说明"), max=2000, rows=4)] = "",
) -> Made[Ballot]:
    """Put a question of the unit's own to its confirmed residents or to the people of a list."""
    assert actor.unit_id is not None
    lines = [line.strip() for line in options.splitlines() if line.strip()]
    made = _make(
        Ballot(
            unit_id=actor.unit_id, question=question.strip(), options=lines or list(APPROVAL), body=body, most=most,
            places=places, opens=_aware(opens or clock.now()), closes=_aware(closes), changeable=changeable,
            note=note.strip(),
        ),
        _invited(actor, people) or None,
    )  # fmt: skip
    return Made(made, **_facts(made))


def _invited(actor: Actor, text: str) -> list[Invited]:
    """The people of a pasted list; whoever is to vote online is found by phone among those confirmed below the actor.

    A name stands in each line, so that nobody's nickname is read off a phone; and which phone is nobody's is not said,
    so that no list of strangers can be sorted (个人信息保护法第 6 条).
    """
    lines = read_list(text)
    accounts = residents.accounts_by_phone(actor.unit_path, [x.phone for x in lines if x.phone])
    check_all(
        [
            Problem(say("名单上每一行要有姓名"), "ballots.list_name", field="people")
            if any(not x.name for x in lines)
            else None,
            Problem(
                say("名单里有手机号不是这里经确认居住的居民的，请核对；不写手机号就投纸质票"),
                "ballots.list_phone",
                source=say("个人信息保护法第 6 条"),
                field="people",
            )
            if any(x.phone and x.phone not in accounts for x in lines)
            else None,
        ]
    )
    return [Invited(x.name, accounts.get(x.phone), x.household) for x in lines]


def _still_running(actor: Actor, ballot: Ballot) -> None:
    if ballot.state == "open" and clock.now() >= ballot.closes:
        refuse(
            say("投票已于 {at} 截止，截止后不能再延长；需要再投，请另行发起", at=moment(ballot.local_closes)),
            rule="ballots.late",
            field="closes",
            way_out="/ballots/new/open",
        )


@action(
    "ballots.extend",
    on=Ballot,
    label=say("延长投票"),
    check=_still_running,
    offered=False,  # the page has plain links for what is seldom wanted
    effects=say("已经投的票照样有效。截止时间只能往后改。"),
)
def extend(
    actor: Actor, ballot: Ballot, *, closes: Annotated[datetime, Ask(say("新的截止时间"))], reason: Reason
) -> dict[str, Any]:
    """Give voters more time, before the time is over."""
    closes, before = _aware(closes), ballot.closes
    if closes <= before:
        refuse(
            say("新的截止时间要晚于 {at}：公布过的时间不能提前", at=moment(ballot.local_closes)),
            rule="ballots.extend",
            field="closes",
        )
    longest = int(dated.value("ballots.longest_days"))
    check_terms(ballot.terms(), ballot.opens, closes, clock.now(), longest)
    ballot.closes = closes
    ballot.save()
    return {"was": before, "closes": closes, "reason": reason}


@action(
    "ballots.cancel",
    on=Ballot,
    label=say("取消投票"),
    irreversible=True,
    offered=False,
    effects=say("已经投的票不拆开、不计票，网上的票当即销毁；理由会公布。"),
)
def cancel(actor: Actor, ballot: Ballot, *, reason: Reason) -> dict[str, Any]:
    """Call the ballot off; no envelope is opened."""
    ballot.state = FLOW.step(ballot.state, "cancel")
    ballot.ended_at = ballot.ended_at or clock.now()
    ballot.reason = reason
    ballot.save()
    ballot.envelopes.all().delete()
    return {"reason": reason, "online": ballot.online, "papers": ballot.papers}


def _level(actor: Actor, ballot: Ballot) -> None:
    found = queries.result(ballot)
    if found is not None and found.outcome != "tied":
        refuse(say("没有并列的选项，不用另行投票"), rule="ballots.flow")
    again = ballot.run_offs.exclude(state="cancelled").first()
    if again is not None:
        refuse(say("已经另行投票"), rule="ballots.run_off", way_out=again.get_absolute_url())


@action(
    "ballots.run_off",
    on=Ballot,
    label=say("并列另投"),
    check=_level,
    effects=say("只在并列的选项之间再投一次，由同样的人投。"),
)
def run_off(
    actor: Actor, ballot: Ballot, *, closes: Annotated[datetime, Ask(say("截止时间"))]
) -> dict[str, Any]:
    """Vote once more between the options that are level, by the same people."""
    found = queries.result(ballot)
    assert found is not None
    left = ballot.places - len(found.chosen)
    people = ballot.voters.exclude(seat=None).order_by("seat").values_list("name", "account_id", "household")
    made = _make(
        Ballot(
            unit_id=ballot.unit_id, thing_type=ballot.thing_type, thing_id=ballot.thing_id, about=ballot.about,
            about_url=ballot.about_url, question=ballot.question, note=ballot.note, body=ballot.body, public=ballot.public,
            options=[ballot.options[n] for n in found.tied], most=min(ballot.most, left), places=left,
            changeable=ballot.changeable, opens=clock.now(), closes=_aware(closes), after=ballot,
        ),
        [Invited(*row) for row in people] if ballot.listed else None,
    )  # fmt: skip
    journal.write(
        actor, "ballots.open", thing_type=Ballot.kind(), thing_id=made.pk, label=made.label(), unit_id=made.unit_id,
        facts={**_facts(made), "after": ballot.pk},
    )  # fmt: skip
    return {"run_off": made.pk}
