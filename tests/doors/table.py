"""Who finds which door open. Written by hand from the mission's own rules, not read from the code.

Each row has one letter per person, in this order:

    周  insider      head of the committee the thing belongs to
    陆  partner      officer of its township
    王  superior     officer of the county
    吴  neighbour    head of the next committee in the same township
    孙  stranger     head of a committee in another township
    –   the public   nobody signed in

Two residents try every door as well: 梅, who lives with 周's committee, and 兰, who lives with 吴's. They find what the
public finds, and nothing where the public is asked to sign in, unless :data:`RESIDENTS` says otherwise.

``o`` it opens, ``.`` nothing is there (404), ``s`` sign in first, ``r`` leads on, ``p`` only answers to POST.
A new address or a new kind of thing without a row fails the tests.
"""

from __future__ import annotations

from dataclasses import dataclass

PEOPLE = ("zhou", "lu", "wang", "wu", "sun", "")
NEIGHBOURS = ("mei", "lan")

EVERYONE, SIGNED_IN = "oooooo", "ooooos"
PARTIES = "ooo..s"  # both sides of the table and the county above them
KEEPERS = "ooo..s"  # the committee, its township, the county

# address name → (sample address with ids in braces, one letter per person)
ROWS: dict[str, tuple[str, str]] = {
    # the shell
    "home": ("/", "ooooor"),
    "late": ("/late", SIGNED_IN),
    "mine": ("/done", SIGNED_IN),
    "notices": ("/notices", SIGNED_IN),
    "search": ("/search?q=协议", EVERYONE),
    "suggest": ("/search/suggest?q=协议", EVERYONE),
    "pick": ("/search/pick?kind=unit&q=社区", SIGNED_IN),
    "help": ("/help", EVERYONE),
    "verify": ("/verify", EVERYONE),
    "me": ("/me", SIGNED_IN),
    "sign-in": ("/sign-in", EVERYONE),
    "code": ("/sign-in/code", "rrrrrr"),
    "password": ("/sign-in/password", "ooooor"),
    "sign-out": ("/sign-out", "pppppp"),
    "posts": ("/posts", SIGNED_IN),
    "settings": ("/settings/", SIGNED_IN),
    "records": ("/records/", ".....s"),  # the whole journal is the auditors'
    "record": ("/records/{record}", EVERYONE),  # a receipt proves itself to anyone
    "record.proof": ("/records/{record}/proof.json", EVERYONE),
    "evidence": ("/evidence/{evidence}", "ooo..."),
    "evidence.thumb": ("/evidence/{evidence}/thumb", "ooo..."),
    "accounts": ("/accounts/", ".....s"),
    "accounts.account": ("/accounts/{account}/", ".....s"),
    "tokens": ("/tokens/", SIGNED_IN),
    "_kit": ("/_kit", "......"),  # the style guide is for developers
    "_kit.part": ("/_kit/forms", "......"),
    "healthz": ("/healthz", EVERYONE),
    # places and organisations are public registers
    "places": ("/places/", EVERYONE),
    "places.public": ("/places/public/", EVERYONE),
    "places.directory": ("/places/directory/", EVERYONE),
    "places.imported": ("/places/imports/1/", "..o..s"),
    "places.place": ("/places/1/", EVERYONE),
    "organisations": ("/organisations/", EVERYONE),
    "organisations.figures": ("/organisations/figures/", EVERYONE),
    "organisations.organisation": ("/organisations/{organisation}/", EVERYONE),
    # people are not
    "people": ("/people/", SIGNED_IN),
    "people.duplicates": ("/people/duplicates/", SIGNED_IN),
    "people.merge": ("/people/merges/{merge}/", KEEPERS),
    "people.person": ("/people/{person}/", KEEPERS),
    "positions": ("/positions/", SIGNED_IN),
    "positions.figures": ("/positions/figures/", SIGNED_IN),
    "positions.certificates": ("/positions/certificates/", SIGNED_IN),
    "positions.certificate": ("/positions/certificates/{certificate}/", KEEPERS),
    "positions.position": ("/positions/{position}/", KEEPERS),
    "corrections": ("/corrections/", SIGNED_IN),
    "corrections.correction": ("/corrections/{correction}/", "o.o..s"),  # who asked and who keeps the field
    # the lists are for everybody, what leads to them is not
    "duties": ("/duties/", EVERYONE),
    "duties.ask": ("/duties/ask/?q=垃圾分类", EVERYONE),
    "duties.public": ("/duties/public/", EVERYONE),
    "duties.public.version": ("/duties/public/{list}/", EVERYONE),
    "duties.history": ("/duties/history/", EVERYONE),
    "duties.compare": ("/duties/compare/", EVERYONE),
    "duties.compare.file": (
        "/duties/compare.xlsx?old={list}&new={draft_list}",
        "ooooo.",
    ),  # a draft is not public
    "duties.item": ("/duties/items/{duty_item}/", EVERYONE),
    "duties.object.form": ("/duties/object/?list={list}&item={duty_item}", EVERYONE),
    "duties.object.reply": ("/duties/reply/{objection_key}/", EVERYONE),  # whoever holds the address
    "duties.thing": ("/duties/{draft_list}/", "ooooo."),
    "duties.thing.offers": ("/duties/{draft_list}/offers/", "..o..s"),  # among those who make the list
    "duties.thing.consultation": ("/duties/{draft_list}/consultation/", SIGNED_IN),
    "duties.thing.objections": ("/duties/{draft_list}/objections/", SIGNED_IN),
    "duties.thing.figures": ("/duties/{draft_list}/figures/", SIGNED_IN),
    "duties.print": ("/duties/{draft_list}/print/", "ooooo."),
    "duties.figures.file": ("/duties/{draft_list}/figures.xlsx", "ooooo."),
    "duties.items.file": ("/duties/{draft_list}/items.xlsx", "ooooo."),
    "duties.consultation.file": ("/duties/{draft_list}/consultation.xlsx", "ooooo."),
    "duties.consultation": ("/duties/consultations/{consultation}/", "ooo..s"),
    "duties.objection": ("/duties/objections/{objection}/", "..o..s"),
    "duties.thing.paper": ("/duties/{draft_list}/papers/whole.docx", "ooooo."),
    # agreements: the two parties and the county; signed ones have a public page of their own
    "agreements": ("/agreements/", SIGNED_IN),
    "agreements.statistics": ("/agreements/statistics/", SIGNED_IN),
    "agreements.statistics.file": ("/agreements/statistics.xlsx", SIGNED_IN),
    "agreements.export": ("/agreements/export.xlsx", SIGNED_IN),
    "agreements.compare": ("/agreements/compare/?old={agreement}.r0&new={agreement}", PARTIES),
    "agreements.compare.file": ("/agreements/compare.xlsx?old={agreement}.r0&new={agreement}", PARTIES),
    "agreements.draft_all": ("/agreements/new/draft_all", ".o...s"),
    "agreements.public": ("/agreements/public/", EVERYONE),
    "agreements.public.thing": ("/agreements/public/{agreement}/", EVERYONE),
    "agreements.thing": ("/agreements/{agreement}/", PARTIES),
    "agreements.year": ("/agreements/{agreement}/year", PARTIES),
    "agreements.remedies": ("/agreements/{agreement}/remedies", PARTIES),
    "agreements.disclosure": ("/agreements/{agreement}/disclosure", PARTIES),
    "agreements.thing.paper": ("/agreements/{agreement}/papers/agreement.docx", "ooo..."),
    # appraisals: the same; a complaint is between the filer and the county, nobody in between
    "appraisals": ("/appraisals/", SIGNED_IN),
    "appraisals.export": ("/appraisals/export.xlsx", SIGNED_IN),
    "appraisals.mendings": ("/appraisals/mendings/", SIGNED_IN),
    "appraisals.mendings.export": ("/appraisals/mendings.xlsx", SIGNED_IN),
    "appraisals.public": ("/appraisals/public/", EVERYONE),
    "appraisals.public.result": ("/appraisals/public/{opened_appraisal}/", "......"),  # not published yet
    "appraisals.campaign": ("/appraisals/campaigns/{campaign}/", SIGNED_IN),
    "appraisals.complaints": ("/appraisals/complaints/", SIGNED_IN),
    "appraisals.complaint": ("/appraisals/complaints/{complaint}/", "o.o..s"),
    "appraisals.thing": ("/appraisals/{appraisal}/", PARTIES),
    "appraisals.thing.paper": ("/appraisals/{opened_appraisal}/papers/summary.docx", "..o.o."),
    "appraisals.campaigns.paper": ("/appraisals/campaigns/{campaign}/papers/year.docx", "ooooo."),
}

ROWS |= {
    # the county's figures: the county, and each township its own
    "insight": ("/insight/", ".oo..s"),
    "insight.places": ("/insight/places.xlsx", ".oo..s"),
    # papers of the registers
    "places.thing.paper": ("/places/{place_row}/papers/profile.docx", EVERYONE),
    "organisations.thing.paper": ("/organisations/{organisation}/papers/sheet.docx", EVERYONE),
    "people.thing.paper": ("/people/{person}/papers/entry.docx", "ooo..."),
    "positions.thing.paper": ("/positions/{position}/papers/proof.docx", "ooo..."),
    "positions.certificates.paper": ("/positions/certificates/{certificate}/papers/education.docx", "ooo..."),
    "corrections.thing.paper": ("/corrections/{correction}/papers/reply.docx", "......"),  # not answered yet
}

ROWS |= {
    # polls: the public ones for everybody, this one for its own community
    "opinions": ("/opinions/", EVERYONE),
    "opinions.poll": ("/opinions/{poll}/", "o....."),
    "opinions.desk": ("/opinions/{poll}/desk", "o....s"),
    "opinions.statement": ("/opinions/statements/{statement}/", "o....."),
    "opinions.map": ("/opinions/{poll}/map", "o....."),
    "opinions.map.versions": ("/opinions/{poll}/map/versions", "o....."),
    "opinions.map.file": ("/opinions/{poll}/map.xlsx", "......"),  # nobody has answered yet
    "opinions.thing.paper": ("/opinions/{poll}/papers/report.docx", "o....."),
}

ROWS |= {
    # ballots: the public ones for everybody; this one for the people of its list and those above the committee
    "ballots": ("/ballots/", EVERYONE),
    "ballots.ballot": ("/ballots/{ballot}/", "ooo..."),
    "ballots.statistics": ("/ballots/statistics/", SIGNED_IN),
    "ballots.export": ("/ballots/export.xlsx", SIGNED_IN),
    "ballots.roll": ("/ballots/{ballot}/roll", "o....s"),
    "ballots.batches": ("/ballots/{ballot}/batches", "o....s"),
    "ballots.thing.paper": ("/ballots/{ballot}/papers/specimen.docx", "ooo..."),
}

ROWS |= {
    # conversations: a public one is everybody's; staff keep order in their own; what one follows is the residents'
    "conversations.thread": ("/conversations/{thread}/", EVERYONE),
    "conversations.comments": ("/conversations/comments/{comment}/", EVERYONE),
    "conversations.comments.paper": (
        "/conversations/comments/{comment}/papers/decision.docx",
        "......",
    ),  # not hidden
    "conversations.desk": ("/conversations/desk/", SIGNED_IN),
    "conversations.figures": ("/conversations/figures/", SIGNED_IN),
    "conversations.news": ("/conversations/news/", ".....s"),
    "conversations.digest": ("/conversations/digest/", ".....s"),
    "conversations.subscriptions": ("/conversations/subscriptions/", ".....s"),
    "conversations.subscription": ("/conversations/subscriptions/{subscription}/", ".....s"),
    "conversations.reader": ("/conversations/readers/{reader}/", ".....s"),
    "conversations.unsubscribe": (
        "/conversations/unsubscribe/{thread}:forged/",
        "......",
    ),  # whoever holds a true one
}

ROWS |= {
    # matters: a published one is everybody's; what a resident said is his committee's alone
    "deliberations": ("/deliberations/", EVERYONE),
    "deliberations.matter": ("/deliberations/{matter}/", EVERYONE),
    "deliberations.thing.paper": ("/deliberations/{matter}/papers/registration.docx", EVERYONE),
    "deliberations.sessions.paper": ("/deliberations/sessions/{session}/papers/attendance.docx", EVERYONE),
    "deliberations.tasks.paper": ("/deliberations/tasks/{task}/papers/task.docx", EVERYONE),
    "deliberations.desk": ("/deliberations/desk/", SIGNED_IN),
    "deliberations.of_resident": ("/deliberations/of/{resident}/", "o....s"),
    "deliberations.statistics": ("/deliberations/statistics/", EVERYONE),
    "deliberations.statistics.file": ("/deliberations/statistics.xlsx", SIGNED_IN),
    "deliberations.export": ("/deliberations/export.xlsx", SIGNED_IN),
    "deliberations.raisings": ("/deliberations/raisings/{raising}/", "o....s"),
    "deliberations.referrals": ("/deliberations/referrals/{referral}/", "ooo..s"),
    "deliberations.sessions": ("/deliberations/sessions/{session}/", SIGNED_IN),
    "deliberations.tasks": ("/deliberations/tasks/{task}/", SIGNED_IN),
    "deliberations.supervisors": ("/deliberations/supervisors/{supervisor}/", "o....s"),
    "deliberations.objections": ("/deliberations/objections/{matter_objection}/", "o....s"),
    "deliberations.inquiries": ("/deliberations/inquiries/{inquiry}/", "o....s"),
}

ROWS |= {
    # residents: the own committee, nobody else of the staff; figures without names for those above
    "resident": ("/resident/", ".....s"),
    "resident.sign-in": ("/resident/sign-in", EVERYONE),
    "resident.report": ("/resident/report", "ssssss"),
    "resident.alike": ("/resident/alike?text=路灯不亮了", EVERYONE),
    "resident.outbox": ("/resident/outbox", EVERYONE),
    "resident.token": ("/resident/token", EVERYONE),
    "worker": ("/sw.js", EVERYONE),
    "manifest": ("/manifest.webmanifest", EVERYONE),
    "app-icon": ("/icon-192.png", EVERYONE),
    "resident.code": ("/resident/sign-in/code", "rrrrrr"),
    "resident.welcome": ("/resident/welcome", "rrrrrr"),
    "resident.guardian": ("/resident/welcome/guardian", "rrrrrr"),
    "residents": ("/residents/", "orroos"),
    "residents.me": ("/residents/me/", ".....s"),
    "residents.notice": ("/residents/notices/service/", EVERYONE),
    "residents.figures": ("/residents/figures/", SIGNED_IN),
    "residents.figures.rows": ("/residents/figures/rows/?kind=confirmed", SIGNED_IN),
    "residents.resident": ("/residents/{resident}/", "o....s"),
    "residents.held": ("/residents/{resident}/held", ".....s"),
    "residents.claims": ("/residents/claims/", "o..oos"),
    "residents.claims.claim": ("/residents/claims/{claim}/", "o....s"),
    "residents.claims.paper": ("/residents/claims/{claim}/papers/reply.docx", "o....."),
}

# Where residents find something else than the public, or than nothing: one letter for 梅, one for 兰.
RESIDENTS: dict[str, str] = {
    "home": "rr",
    "pick": "oo",  # a claim of residence looks places up
    "resident": "oo",
    "resident.welcome": "oo",
    "resident.report": "oo",
    "deliberations.sessions": "oo",  # of a published matter
    "deliberations.tasks": "oo",
    "residents": "rr",
    "residents.me": "rr",
    "residents.claims": "oo",
    "residents.resident": "o.",
    "residents.held": "o.",
    "residents.claims.claim": "o.",
    "residents.claims.paper": "o.",
    "conversations.news": "oo",
    "conversations.digest": "oo",
    "conversations.subscriptions": "oo",
    "conversations.subscription": "rr",
    "conversations.reader": "rr",
    "opinions.poll": "o.",  # open to the own community only
    "opinions.map": "o.",
    "opinions.map.versions": "o.",
    "opinions.statement": "r.",
    "opinions.thing.paper": "o.",
}


def of_residents(name: str, letters: str) -> str:
    """The letters of 梅 and 兰 for an address whose row is ``letters``."""
    public = letters[-1]
    other = "." if public == "s" and letters[0] != "p" else letters[0] if public == "s" else public
    return RESIDENTS.get(name, other * len(NEIGHBOURS))


# Imports: who may open the desk of a sheet, and the one run that the township or the committee made.
SHEETS: dict[str, tuple[str, str]] = {
    "places.figures": (SIGNED_IN, "ooo..s"),
    "organisations.organisations": (".oo..s", ".oo..s"),
    "people.people": (SIGNED_IN, "ooo..s"),
    "positions.positions": (SIGNED_IN, "ooo..s"),
    "positions.certificates": (".oo..s", ".oo..s"),
    "duties.items": ("..o..s", "..o..s"),
    "deliberations.hotline": (SIGNED_IN, "ooo..s"),
}


@dataclass(frozen=True)
class Kind:
    """A kind of thing: the sample's id, the units it belongs to, and words of it that others must never read.

    ``author`` is whose sample it is, for what authors alone may do.
    """

    sample: str
    owners: tuple[str, ...]
    secrets: tuple[str, ...] = ()
    author: str = ""


COUNTY, TOWNSHIP, PLACE = "太仓市", "township", "place"

# Every kind on which verbs act. Names of committees and units are public; what people wrote is not.
KINDS: dict[str, Kind] = {
    "places.place": Kind("place_row", (PLACE,)),
    "organisations.organisation": Kind("organisation", (PLACE,)),
    "people.person": Kind("person", (PLACE,)),
    "people.merge": Kind("merge", (PLACE,), ("同名同年，电话相同",)),
    "positions.position": Kind("position", (PLACE,)),
    "positions.certificate": Kind("certificate", (PLACE,)),
    "corrections.correction": Kind("correction", (PLACE, COUNTY), ("档案写的是 2001 年",)),
    "duties.dutylist": Kind("draft_list", (COUNTY,)),
    "duties.consultation": Kind("consultation", (PLACE,), ("抽查打分要由城管部门会同",)),
    "duties.objection": Kind("objection", (COUNTY,)),
    "agreements.agreement": Kind("agreement", (TOWNSHIP, PLACE), ("走访四户独居老人", "走访次数没有到")),
    "appraisals.appraisal": Kind("appraisal", (TOWNSHIP, PLACE), ("夏天加了班次",)),
    "appraisals.campaign": Kind("campaign", (COUNTY,)),
    "appraisals.complaint": Kind("complaint", (COUNTY, PLACE), ("评分以后被要求撤回",)),
    "opinions.poll": Kind("poll", (PLACE,)),
    "opinions.statement": Kind("statement", (PLACE,), ("石板桥头要装一盏灯",)),
    "ballots.ballot": Kind("ballot", (PLACE,), ("三棵榉树要不要移走",)),
    "conversations.comment": Kind("comment", (PLACE,), author="gu"),
    "conversations.subscription": Kind("subscription", ()),
    "conversations.reader": Kind("reader", ()),
    "deliberations.matter": Kind("matter", (PLACE,), ("都同意装太阳能的",)),
    "deliberations.raising": Kind("raising", (PLACE,), ("三号楼天黑看不见台阶",)),
    "deliberations.referral": Kind("referral", (PLACE, TOWNSHIP), ("隔壁老伯摔过一跤",)),
    "deliberations.session": Kind("session", (PLACE,), ("都同意装太阳能的",)),
    "deliberations.task": Kind("task", (PLACE,)),
    "deliberations.supervisor": Kind("supervisor", (PLACE,), ("竹青",)),
    "deliberations.objection": Kind("matter_objection", (PLACE,), ("灯太亮照进卧室", "兰芳")),
    "deliberations.inquiry": Kind("inquiry", (PLACE,), ("一共几盏灯呀",)),
    "residents.resident": Kind("resident", (PLACE,), ("13800000001",), author="mei"),
    "residents.claim": Kind("claim", (PLACE,), ("榉树弄 7 号楼", "梅红"), author="mei"),
    "core.account": Kind("account", (PLACE,)),
}
