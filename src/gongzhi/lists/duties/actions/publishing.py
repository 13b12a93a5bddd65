"""Showing a version to the public, issuing it, and the days on which it begins and ends to be in force."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from django.db import IntegrityError, transaction

from gongzhi.core import calendar, clock, dated, evidence, search
from gongzhi.core.access import SYSTEM, Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.words import say
from gongzhi.lists.duties import queries, rules
from gongzhi.lists.duties.actions import telling
from gongzhi.lists.duties.models import Consultation, DutyList, Objection, Publicity
from gongzhi.lists.duties.rules.checks import PROCEDURE

ITEM_KIND = "duties.dutyitem"


@action(
    "duties.publicise",
    on=DutyList,
    label=say("公示"),
    effects=(say("任何人不用登录都能看到全文并提异议。"), say("公示期满、异议全部答复后才能印发。")),
    check=lambda actor, version: _may_publicise(version),
    main=True,
)
def publicise(
    actor: Actor,
    version: DutyList,
    *,
    place: Annotated[str, Ask(say("公示地点"), help=say("例如：政府网站、各村（居）公开栏"), max=200)],
    start: Annotated[date | None, Ask(say("公示开始日"), help=say("不写就是今天；开始当日不计入"))] = None,
    evidence_ids: Annotated[list[int] | None, Ask(say("公示照片"), files=True)] = None,
) -> dict[str, object]:
    """Show the whole list to everybody for the days that the county has set."""
    first = start or clock.today()
    if first < clock.today():
        refuse(say("公示开始日不能早于今天"), rule="duties.publicity_start", source=PROCEDURE, field="start")
    end = calendar.due(first, int(dated.value("duties.days_of_publicity")))
    Publicity.objects.create(version=version, round=version.round, start=first, end=end, place=place)
    if evidence_ids:
        evidence.use(actor, version, evidence_ids, key=f"publicity:{version.round}")
    version.public_until = end
    version.state = rules.FLOW.step(version.state, "publicise")
    version.save()
    return {
        "place": place,
        "start": first.isoformat(),
        "end": end.isoformat(),
        "evidence": evidence_ids or [],
    }


@action("duties.reopen", on=DutyList, label=say("采纳异议，退回修改"), offered=False)
def reopen(
    actor: Actor, version: DutyList, *, objection: Annotated[int, Ask(say("异议编号"))]
) -> dict[str, object]:
    """An upheld objection returns the list: it is amended, reviewed and put to the committees again."""
    shown = Publicity.objects.filter(version=version, round=version.round).first()
    found = Objection.objects.filter(version=version, pk=objection, state="upheld").first()
    if shown is None or found is None or found.created_at < shown.at:
        refuse(say("异议采纳后才退回修改"), rule="duties.objection_not_upheld", source=PROCEDURE)
    version.state = rules.FLOW.step(version.state, "reopen")
    version.public_until = None
    version.save()
    return {"objection": objection}


@action(
    "duties.issue",
    on=DutyList,
    label=say("印发"),
    effects=(
        say("印发后全文封存，任何人不能再改，只能由下一年度的修订替代。"),
        say("上一版施行到新版施行的前一天。"),
    ),
    check=lambda actor, version: _may_issue(version),
    irreversible=True,
    main=True,
)
def issue(
    actor: Actor,
    version: DutyList,
    *,
    number: Annotated[str, Ask(say("文号"), help=say("例如 太政发〔2026〕15号"), max=40)],
    valid_from: Annotated[date, Ask(say("施行日期"))],
    valid_to: Annotated[date | None, Ask(say("有效期至"), help=say("不写就一直施行到新版替代"))] = None,
) -> dict[str, object]:
    """Issue the list under its document number; it follows its predecessor without a gap or an overlap."""
    today = clock.today()
    others = DutyList.objects.select_for_update(of=("self",)).filter(
        owner=version.owner_id, scheme=version.scheme, state__in=rules.ISSUED
    )
    spans = {v.pk: (v.valid_from, v.valid_to) for v in others}
    previous = spans.pop(version.supersedes_id, None) if version.supersedes_id else None
    problems = rules.check_document_number(number, today)
    if DutyList.objects.filter(number=number).exists():
        problems.append(
            Problem(say("文号 {number} 已经用过", number=number), "duties.number_used", PROCEDURE, "number")
        )
    problems += rules.check_dates((valid_from, valid_to), previous, list(spans.values()), today)
    check_all(problems)
    if version.supersedes is not None and version.supersedes.valid_to is None:
        close_before(SYSTEM, version.supersedes, last_day=valid_from - timedelta(days=1))
    version.number, version.issued_on, version.valid_from, version.valid_to = (
        number,
        today,
        valid_from,
        valid_to,
    )
    version.text_hash = queries.fingerprint(version)
    version.state = rules.FLOW.step(version.state, "issue")
    _save_alone(version)
    _let_items_be_found(version)
    telling.all_of_issue(version)
    if valid_from <= today:
        if version.supersedes is not None and version.supersedes.state == "in_force":
            retire(SYSTEM, version.supersedes)
        version.state = enter_force(SYSTEM, version.pk).state
    return {"number": number, "valid_from": valid_from.isoformat(), "hash": version.text_hash}


def _save_alone(version: DutyList) -> None:
    """Save; where another version came first for the same days or number, say so."""
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError:
        refuse(
            say("这些日子或者这个文号已经有另一版清单"),
            rule="duties.overlap",
            source=PROCEDURE,
            field="valid_from",
        )


@action("duties.close_before", on=DutyList, label=say("确定停止施行日"), offered=False)
def close_before(
    actor: Actor, version: DutyList, *, last_day: Annotated[date, Ask(say("最后一天"))]
) -> dict[str, object]:
    """Fix the last day of a version whose successor is being issued."""
    if (
        not version.issued
        or version.valid_to is not None
        or version.valid_from is None
        or last_day < version.valid_from
    ):
        refuse(say("只能给没有截止日的施行版本确定最后一天"), rule="duties.flow")
    if not version.successors.filter(state="publicised").exists():
        refuse(say("没有待印发的新版"), rule="duties.in_force_unchanged", source=PROCEDURE)
    version.valid_to = last_day
    version.save()
    return {"last_day": last_day.isoformat()}


@action("duties.enter_force", on=DutyList, label=say("开始施行"), offered=False)
def enter_force(actor: Actor, version: DutyList) -> None:
    """The first day in force has come."""
    if version.valid_from is None or version.valid_from > clock.today():
        refuse(say("还没有到施行日期"), rule="duties.not_yet", source=PROCEDURE)
    version.state = rules.FLOW.step(version.state, "enter_force")
    version.save()


@action("duties.retire", on=DutyList, label=say("停止施行"), offered=False)
def retire(actor: Actor, version: DutyList) -> None:
    """The last day in force has passed."""
    if version.valid_to is None or version.valid_to >= clock.today():
        refuse(say("还在施行"), rule="duties.not_yet", source=PROCEDURE)
    version.state = rules.FLOW.step(version.state, "retire")
    version.save()
    search.drop_many(ITEM_KIND, version.items.values_list("pk", flat=True))


def turn_of_the_day() -> int:
    """Let the states follow the dates; returns how many versions moved. Run daily; running it twice does nothing more."""
    today = clock.today()
    ended = DutyList.objects.filter(state="in_force", valid_to__lt=today)
    begun = DutyList.objects.filter(state="issued", valid_from__lte=today)
    moved = 0
    for rows, verb in ((ended, retire), (begun, enter_force)):
        for version in rows.order_by("valid_from"):
            verb(SYSTEM, version)
            moved += 1
    return moved


def _let_items_be_found(version: DutyList) -> None:
    entries = [
        search.Entry(
            i.pk, i.name, i.get_absolute_url(), [version.owner.path], hint=f"{version.year} 年清单 {i.code}",
            names=[i.question] if i.question else [], text="，".join([i.plain, *i.words]), public=True,
        )
        for i in queries.items(version)
    ]  # fmt: skip
    search.put_many(ITEM_KIND, entries)
    search.put(version, hint=version.number or "", public=True)


def _may_publicise(version: DutyList) -> None:
    if version.state != "consulted":
        return
    rows = Consultation.objects.filter(version=version, round=version.round, state="dissented")
    check_all([rules.check_dissent_answered(rows.filter(reply="").count())])
    adopted = rows.filter(adopted=True).count()
    if adopted:
        refuse(
            say("采纳了 {count} 份意见，请先按意见修改并重新征求意见", count=adopted),
            rule="duties.adopted_not_amended",
            source=PROCEDURE,
            way_out=f"{version.get_absolute_url()}amend",
        )


def _may_issue(version: DutyList) -> None:
    if version.state == "publicised":
        waiting = Objection.objects.filter(version=version, state="open").count()
        check_all(rules.check_publicity_over(version.public_until, waiting, clock.today()))
