"""A year lived in the county of :mod:`tests.county`: one of everything, at every stage, made by the verbs.

On 7 December 2026 中荷's seat (周, 顾, 简 at the first committee) performs its agreement and has scored its township
under seal; the second committee is still talking, the third has refused, the fourth waits for signatures, the fifth's
second instalment is late; the neighbour's 孙 has had everything: agreement, appraisal, objection, settlement.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.db import transaction
from django.utils.crypto import get_random_string

from demo.dice import dice
from demo.names import People, uscc
from gongzhi.core import clock, evidence, roles
from gongzhi.core.access import PUBLIC, Actor
from gongzhi.core.accounts import Account, ApiToken
from gongzhi.core.evidence import EvidenceUse
from gongzhi.core.exchange.staging import stage
from gongzhi.core.exchange.writing import export
from gongzhi.core.journal import JournalEntry
from gongzhi.core.money import Fen
from gongzhi.core.units import Unit
from gongzhi.lists.agreements import actions as agreements
from gongzhi.lists.agreements.models import Agreement
from gongzhi.lists.appraisals import actions as appraisals
from gongzhi.lists.appraisals.models import Appraisal
from gongzhi.lists.duties import actions as duties
from gongzhi.lists.duties.models import DutyItem, DutyList
from gongzhi.lists.duties.sheets import ITEMS, item_rows
from gongzhi.participation.ballots import actions as ballots
from gongzhi.participation.ballots.rules import Invited
from gongzhi.participation.conversations import actions as conversations
from gongzhi.participation.deliberations import actions as deliberations
from gongzhi.participation.opinions import actions as opinions
from gongzhi.registers.corrections import actions as corrections
from gongzhi.registers.organisations import bulk as organisations
from gongzhi.registers.people import actions as people
from gongzhi.registers.people import bulk as people_bulk
from gongzhi.registers.positions import bulk as positions
from gongzhi.site.callers import digest
from tests.county import RESIDENTS, SHANGHAI, County, come_in, load

DECEMBER = datetime(2026, 12, 7, 9, 0, tzinfo=SHANGHAI)


@dataclass
class Lived:
    """The county and the ids of its things, by memorable names."""

    county: County
    ids: dict[str, int] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Actor:
        return getattr(self.__dict__["county"], name)


def at(month: int, day: int, hour: int = 9, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


def photo(actor: Actor, name: str = "现场照片.png", shade: int = 90) -> int:
    """A small picture handed in by somebody."""
    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (120, 80), (shade, 120, 60)).save(out, "PNG")
    out.seek(0)
    return evidence.attach(actor, out, name=name).pk


def live() -> Lived:
    """Tell the year; returns the ids that :func:`found` later reads back from the labels."""
    lived = Lived(load())
    with clock.at(at(1, 12)) as hand:
        _registers(lived)
        _residents(lived)
        _opinions(lived)
        _conversations(lived)
        _deliberations(lived)
        _talks(lived, hand)
        _year(lived, hand)
        hand.set(at(10, 12))
        _lists(lived, hand)
        _appraisals(lived, hand)
        hand.set(DECEMBER)
        _ballots(lived)
        _shell(lived)
        _seal()
    return lived


def _seal() -> None:
    """Seal the journal as the worker does each minute; entries count as of the county's clock."""
    from gongzhi.core import sealing

    sealing.seal_now(full=True)


# ---- registers ----


def _registers(lived: Lived) -> None:
    makes, county = People(dice("tests")), lived.county
    organisations.open_bodies(lived.ren, basis="2023 年统计用区划代码")
    rows = []
    for n, unit in enumerate(county.committees[:4]):
        rows.append(
            {
                "type": "registered", "name": f"太仓市{'春夏秋冬'[n]}风社会工作服务中心", "place": unit.code,
                "uscc": uscc("52", n + 1), "form": "service_body", "service": "service", "leader": "凌风",
                "address": f"{unit.short} 1 号", "phone": "0512-53100000", "established": date(2015, 3, 1),
            }
        )  # fmt: skip
        rows.append(
            {
                "type": "recorded", "name": f"{unit.short}和事佬工作室", "place": unit.code, "record_no": f"备{n:04d}",
                "service": "mediation", "leader": "贺师佬", "established": date(2020, 3, 1),
            }
        )  # fmt: skip
    lived.ids["organisation"] = organisations.enter(lived.ren, rows)[0]
    folk = []
    for unit in [*county.committees[:3], Unit.objects.get(pk=lived.sun.unit_id)]:
        for _ in range(6):
            one = makes.one(28, 60)
            folk.append(
                {
                    "name": one.name, "place": unit.code, "sex": "male" if one.sex == "M" else "female",
                    "birth_year": one.born.year, "citizen_id": one.citizen_id, "phone": one.phone, "education": "college",
                }
            )  # fmt: skip
    folk.append({**folk[0], "citizen_id": "", "place": county.committees[0].code})
    ids = people_bulk.enter(lived.ren, folk)
    lived.ids["person"] = ids[0]
    posts = [
        {
            "name": row["name"], "number": str(pk), "organisation": row["place"],
            "type": ("director", "deputy", "member", "group_leader", "social_worker", "grid_worker")[n % 6],
            "basis": ("elected", "elected", "elected", "chosen", "engaged", "assigned")[n % 6], "since": date(2021, 1, 20),
        }
        for n, (row, pk) in enumerate(zip(folk[:-1], ids[:-1], strict=True))
    ]  # fmt: skip
    lived.ids["position"] = positions.appoint(lived.ren, posts)[0]
    lived.ids["certificate"] = positions.certify(
        lived.ren,
        [
            {
                "name": folk[n]["name"], "number": str(ids[n]), "level": "assistant", "certificate": f"202232058{n + 1:07d}",
                "issued": date(2022, 11, 3), "period_since": date(2025, 11, 3),
            }
            for n in (4, 10, 16)
        ],
    )[0]  # fmt: skip
    lived.ids["merge"] = people.propose_merge(
        lived.ren, keep=ids[0], drop=ids[-1], reason="同名同年，电话相同"
    ).pk
    lived.ids["correction"] = corrections.ask(
        lived.gu,
        ledger="places",
        entry=_place_of(county.place),
        field="opened",
        value="2001-05-01",
        reason="档案写的是 2001 年",
    ).pk


def _residents(lived: Lived) -> None:
    """梅 and 兰 come in by phone, claim where they live and are confirmed; 松 has only come in."""
    county = lived.county
    for number, (key, nickname, phone, year, name, building) in enumerate(RESIDENTS):
        unit = county.committees[number] if building else None
        claim = come_in(county, key, nickname, phone, year, name, building, unit)
        if claim is not None:
            lived.ids.setdefault("claim", claim.pk)
            lived.ids.setdefault("resident", claim.resident_id)


def _place_of(unit: Unit) -> int:
    from gongzhi.registers.places.models import Place

    return int(Place.objects.get(unit=unit).pk)


# ---- opinions ----


def _opinions(lived: Lived) -> None:
    """What 中荷's own people think of their bridge: nobody outside the community looks."""
    from gongzhi.registers.places.models import Place

    county = lived.county
    with transaction.atomic():
        poll = opinions.open_poll(Place.objects.get(unit=county.place), county.place.pk, public=False)
    said = opinions.propose(lived.gu, poll=poll.pk, text="石板桥头要装一盏灯")
    lived.ids |= {"poll": poll.pk, "statement": said.pk}


# ---- deliberations ----


def _deliberations(lived: Lived) -> None:
    """Three matters of 中荷's place: one just said, one passed to the township, one whose tasks are being done."""
    from gongzhi.participation.deliberations.models import Matter, Referral

    account = Account.objects.create(login="r:1", name="梅", home=Unit.objects.get(pk=lived.wang.unit_id))
    mei = Actor(role="resident", account_id=account.pk, name="梅")
    place, vote = (
        _place_of(lived.county.place),
        {"eligible": 9, "present": 8, "yes": 8, "answer": "您说的事受理了。"},
    )
    with clock.at(at(3, 2)) as hand:
        said = deliberations.raise_matter(mei, place=place, text="三号楼天黑看不见台阶")
        known = {"source": "visit", "heard_on": clock.today(), "category": "lighting", "text": "晚上没有灯。"}
        order = {"source": "hotline", "hotline": "T2026030201"}
        deliberations.enter(lived.gu, title="路口积水", **{**known, **order})
        passed = deliberations.enter(lived.gu, title="桥头坏了一块板", words="隔壁老伯摔过一跤", **known)
        to = {"receiver": lived.county.township.pk, "article": "公路法第八条"}
        deliberations.refer(lived.zhou, passed, held_on=clock.today(), **vote, **to)
        matter = deliberations.enter(lived.gu, title="步道装路灯", **known)
        deliberations.accept(lived.zhou, matter, held_on=clock.today(), **vote)
        asked = [{"capacity": f"{n} 组代表", "name": f"代表{n}"} for n in range(1, 4)]
        held_at = at(3, 5, 19)
        deliberations.call(
            lived.gu,
            matter,
            level="community",
            held_at=held_at,
            place="村部",
            material="两个方案",
            invited=asked,
        )
        hand.set(held_at)
        session = Matter.objects.get(pk=matter.pk).sessions.get()
        deliberations.hold(lived.gu, session, hall=3, minutes="都同意装太阳能的")
        deliberations.draft_outcome(lived.gu, matter, text="装太阳能路灯 24 盏。")
        deliberations.settle(lived.gu, matter, agree=3, place="村口")
        objection = deliberations.object_to(lived.gu, matter=matter.pk, text="灯太亮照进卧室", name="兰芳")
        inquiry = deliberations.inquire(mei, matter=matter.pk, text="一共几盏灯呀")
        deliberations.answer_objection(lived.gu, objection, answer="加灯罩。")
        hand.set(at(3, 16))
        deliberations.adopt(lived.gu, matter)
        rows = [{"title": "装灯 24 盏", "owner_kind": "committee", "due": date(2026, 12, 31)}]
        deliberations.assign(lived.gu, matter, tasks=rows)
        supervisor = deliberations.volunteer(lived.gu, matter=matter.pk, name="竹青")
    lived.ids |= {
        "raising": said.pk, "matter": matter.pk, "session": session.pk, "task": Matter.objects.get(pk=matter.pk).tasks.get().pk,
        "referral": Referral.objects.get().pk, "supervisor": supervisor.pk, "matter_objection": objection.pk, "inquiry": inquiry.pk,
    }  # fmt: skip


# ---- conversations ----


def _conversations(lived: Lived) -> None:
    """A public thread of 中荷's place: the worker says something, and an account follows it."""
    from gongzhi.participation.conversations.queries import subscriptions
    from gongzhi.registers.places.models import Place

    place = Place.objects.get(unit=lived.county.place)
    with transaction.atomic():
        thread = conversations.open_thread(place, lived.county.place.pk, public=True)
        conversations.subscribe_account(1, place)
    said = conversations.comment(lived.gu, thread=thread.pk, text="桥头的灯这个月装好。")
    followed = subscriptions(Actor(role="resident", account_id=1)).get()
    lived.ids |= {"thread": thread.pk, "comment": said.pk, "subscription": followed.pk}
    lived.ids["reader"] = conversations.reader_of(1).pk


# ---- ballots ----


def _ballots(lived: Lived) -> None:
    """中荷's committee asks three households, by name."""
    with transaction.atomic():
        ballot = ballots.open_ballot(
            None,
            lived.county.place.pk,
            question="三棵榉树要不要移走",
            closes=clock.now() + timedelta(days=7),
            kind="stakeholders",
            electorate=[Invited(name) for name in ("郁树生", "顾大年", "陆小妹")],
            public=False,
            actor=lived.zhou,
        )
    ballots.hand_out(lived.gu, ballot, voter=1)
    lived.ids["ballot"] = ballot.pk


# ---- agreements ----


def _talks(lived: Lived, hand: Any) -> None:
    county = lived.county
    drafts = agreements.draft_for_township(lived.lu, 2026)
    assert len(drafts) == 23
    by_unit = {d.party_b_id: d for d in drafts}
    first, second, third, fourth, fifth = (by_unit[u.pk] for u in county.committees[:5])
    for draft in (first, second, third, fourth, fifth):
        agreements.propose(lived.lu, draft, note="请贵方看看。")
    hand.set(at(1, 20))
    item = second.items.select_related("clause").order_by("clause__position").first()
    assert item is not None
    assert item.unit_price_fen
    price = item.unit_price_fen
    agreements.amend_item(
        lived.wu, second, clause=str(item.clause_id), heading=item.clause.heading, standard=f"{item.standard}，高温天甲方同去",
        weight=item.weight, amount=Fen(item.amount_fen + price), quantity=item.quantity + 1, unit=item.unit,
        unit_price=Fen(price), deadline=item.deadline, reason="去年夏天多走了五十多人次。",
    )  # fmt: skip
    agreements.balance(lived.wu, second, what="payment")
    agreements.respond(lived.wu, second, note="只改了一处。")
    agreements.refuse(lived.xu, third, reason="动迁任务重，人手不够。")
    head = county.heads
    for draft in (first, fourth, fifth):
        agreements.agree(head[draft.party_b_id], draft)
    hand.set(at(1, 26))
    for draft in (first, fourth, fifth):
        _decide(head[draft.party_b_id], draft)
    for draft in (first, fifth):
        _sign(lived, lived.chen, head[draft.party_b_id], draft)
    next_door = agreements.draft(lived.tao, year=2026, party_b=lived.sun.unit_id)
    agreements.propose(lived.tao, next_door)
    agreements.agree(lived.sun, next_door)
    _decide(lived.sun, next_door)
    _sign(lived, lived.qian, lived.sun, next_door)
    for key, row in zip(
        ("agreement", "talking", "refused", "signing", "late", "next_door"),
        (first, second, third, fourth, fifth, next_door),
        strict=True,
    ):
        lived.ids[key] = row.pk


def _decide(actor: Actor, agreement: Agreement) -> None:
    today = clock.today()
    agreements.decide(actor, agreement, body="two_committees", held_on=today, eligible=9, present=8, yes=8)
    agreements.decide(
        actor, agreement, body="representatives", held_on=today, eligible=51, present=40, yes=36, no=4
    )


def _sign(lived: Lived, a: Actor, b: Actor, agreement: Agreement) -> None:
    agreements.sign(b, agreement)
    agreements.sign(a, agreement)
    agreements.disclose(b, agreement, posted_on=clock.today(), place="村口公开栏", evidence=[photo(b)])


def _year(lived: Lived, hand: Any) -> None:
    first = Agreement.objects.get(pk=lived.ids["agreement"])
    item = first.items.order_by("clause__position").first()
    assert item is not None
    hand.set(at(5, 12))
    agreements.record(
        lived.gu,
        first,
        item=item.pk,
        done_on=date(2026, 5, 11),
        quantity=Decimal(4),
        text="走访四户独居老人。",
        evidence=[photo(lived.gu, shade=91)],
    )
    agreements.confirm_record(lived.lu, first, record=first.records.latest("pk").pk)
    for n, (key, payer, taker) in enumerate(
        [("agreement", lived.he, lived.gu), ("next_door", _finance_next(lived), lived.sun)], start=1
    ):
        row = Agreement.objects.get(pk=lived.ids[key])
        _pay(row, payer, taker, f"凭-{n}-1")
    hand.set(at(9, 1))
    agreements.serve_notice(lived.chen, first, kind="breach", reason="走访次数没有到，请补上。", item=item.pk)


def _finance_next(lived: Lived) -> Actor:
    return lived.tao  # the neighbour has no finance post; its officer may pay


def _pay(agreement: Agreement, payer: Actor, taker: Actor, voucher: str) -> None:
    part = agreement.instalments.order_by("seq").first()
    assert part is not None
    agreements.pay(
        payer,
        agreement,
        instalment=part.pk,
        amount=Fen(part.payable_fen),
        paid_on=clock.today(),
        voucher=voucher,
    )
    payment = agreement.payments.get(voucher=voucher)
    agreements.acknowledge_payment(taker, agreement, payment=payment.pk, received_on=clock.today())


# ---- lists ----


def _lists(lived: Lived, hand: Any) -> None:
    force = DutyList.objects.get(state="in_force")
    item = DutyItem.objects.filter(version=force, standing="accepted").order_by("pk").first()
    assert item is not None
    objection = duties.object_to(
        PUBLIC, list=force.pk, item=item.pk, text="这一项写得不清楚，请说明由谁牵头。"
    )
    revision = duties.revise(lived.wang, force, year=2027, remark="按意见修订。")
    draft = DutyList.objects.get(supersedes=force)
    with export(lived.wang, ITEMS, item_rows(lived.wang, draft)) as file:
        run = stage(lived.wang, ITEMS, file.read(), "导出再导入.xlsx", draft.pk)
    duties.send_review(lived.wang, draft)
    duties.pass_review(lived.fang, draft)
    duties.open_consultation(lived.wang, draft)
    consultation = draft.consultations.get(unit=lived.county.place)
    duties.dissent(lived.zhou, consultation, text="抽查打分要由城管部门会同。", points=[])
    assert revision
    lived.ids |= {
        "list": force.pk, "draft_list": draft.pk, "duty_item": item.pk, "objection": objection.pk, "consultation": consultation.pk,
        "run_duties_items": run.pk,
    }  # fmt: skip


# ---- appraisals ----


def announce_2027(actor: Actor) -> None:
    """The year's deadlines reach into the next one, whose working days the county must know."""
    from gongzhi.core import actions as core

    days = [("元旦", date(2027, 1, 1), date(2027, 1, 3)), ("春节", date(2027, 2, 5), date(2027, 2, 11))]
    core.announce_year(
        actor,
        year=2027,
        holidays=[{"name": n, "first": a, "last": b} for n, a, b in days],
        source="国务院办公厅关于2027年部分节假日安排的通知",
    )


def _appraisals(lived: Lived, hand: Any) -> None:
    hand.set(at(11, 16))
    announce_2027(lived.wang)
    campaign = appraisals.open_year(
        lived.wang,
        year=2026,
        notice="请双方对照协议书互评，同时密封、同时开封。",
        number="太社工〔2026〕19号",
    )
    pair = Appraisal.objects.get(agreement_id=lived.ids["agreement"])
    done = Appraisal.objects.get(agreement_id=lived.ids["next_door"])
    for row, a, b in ((pair, lived.lu, lived.gu), (done, lived.tao, lived.sun)):
        appraisals.report(a, row, overall="按约办理。")
        appraisals.report(b, row, overall="按约办理，夏天加了班次。")
    score(lived.zhou, pair, "a", ("77", "88", "91", "83"))
    score(lived.qian, done, "b", ("58", "86", "92"))
    score(lived.sun, done, "a", ("81", "88", "91", "83"))
    hand.forward(days=2)
    appraisals.meet(
        lived.tao,
        done,
        held_on=clock.today(),
        place="会议室",
        present_a="陶远",
        present_b="孙安",
        minutes="就走访次数交换了意见。",
    )
    complaint = appraisals.complain(lived.zhou, appraisal=pair.pk, text="评分以后被要求撤回。")
    lived.ids |= {
        "campaign": campaign.pk,
        "appraisal": pair.pk,
        "opened_appraisal": done.pk,
        "complaint": complaint.pk,
    }


def score(actor: Actor, pair: Appraisal, about: str, marks: tuple[str, ...]) -> None:
    """One side's sealed scores, the marks given round and round; extremes with their text and picture."""
    rows: list[dict[str, Any]] = []
    for n, line in enumerate(pair.lines.filter(about=about).order_by("seq")):
        mark = Decimal(marks[n % len(marks)])
        extreme = not 60 <= mark <= 95
        rows.append(
            {
                "key": line.key,
                "score": mark,
                "text": "有记录可查。" if extreme else "",
                "evidence": [photo(actor, shade=n)] if extreme else [],
            }
        )
    appraisals.submit(actor, pair, rows=rows)


# ---- the shell ----


def _shell(lived: Lived) -> None:
    lived.ids["account"] = Account.objects.get(login="gu").pk
    for sheet in sheets():
        actor = lived.gu if lived.gu.may(sheet.verb) else lived.lu
        with export(actor, sheet) as file:
            lived.ids["run_" + sheet.key.replace(".", "_")] = stage(
                actor, sheet, file.read(), "导出再导入.xlsx"
            ).pk
    lived.ids["record"] = JournalEntry.objects.filter(verb="agreements.sign").latest("pk").pk
    lived.ids["evidence"] = EvidenceUse.objects.get(
        key__startswith="disclosure:", thing_id=lived.ids["agreement"]
    ).evidence_id


def sheets() -> list[Any]:
    """Every sheet of every room that is imported."""
    from gongzhi.participation.deliberations.sheets import HOTLINE
    from gongzhi.registers.organisations.sheets import ORGANISATIONS
    from gongzhi.registers.people.sheets import PEOPLE
    from gongzhi.registers.places.sheets import FIGURES
    from gongzhi.registers.positions.sheets import CERTIFICATES, POSITIONS

    return [FIGURES, ORGANISATIONS, PEOPLE, POSITIONS, CERTIFICATES, HOTLINE]


def token(actor: Actor) -> dict[str, str]:
    """Headers by which the API knows ``actor``: the key of a post, or the session of a resident with its form token."""
    if actor.role == roles.RESIDENT:
        return _session(actor)
    secret = f"gz_test_{actor.post_id}"
    ApiToken.objects.get_or_create(digest=digest(secret), defaults={"post_id": actor.post_id, "name": "测试"})
    return {"Authorization": f"Bearer {secret}"}


def _session(actor: Actor) -> dict[str, str]:
    from tests.doors.walk import signed_in

    form = get_random_string(32)
    key = signed_in(actor).session.session_key
    return {"Cookie": f"sessionid={key}; csrftoken={form}", "X-CSRFToken": form}
