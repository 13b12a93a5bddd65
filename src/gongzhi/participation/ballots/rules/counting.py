"""How sheets of paper ballots must add up, and what all the counts mean. Pure, in integers.

Of a ballot on which each voter marks one option, Σ options + invalid = returned. Where several may be marked, every valid
paper bears 1 to ``most`` marks, at most one for each option. More papers in the box than were given out make the whole
vote void, as in elections (收回 1,011 > 发出 1,010): nobody can say which of them is too many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gongzhi.core.refusal import Problem
from gongzhi.core.words import Words, say

from .bodies import Rule
from .terms import Terms

BALLOT_RULE = say("收回的选票多于发出的选票，投票无效；每张票只计一次")
PASSED, FAILED, CHOSEN, TIED = "passed", "failed", "chosen", "tied"
INQUORATE, VOID, NOBODY = "inquorate", "void", "nobody"
OUTCOMES: dict[str, Words] = {
    PASSED: say("通过"),
    FAILED: say("未通过"),
    CHOSEN: say("已选出"),
    TIED: say("并列"),
    INQUORATE: say("人数不够"),
    VOID: say("无效"),
    NOBODY: say("没有有效票"),
}


@dataclass(frozen=True)
class Sheet:
    """The count of one batch of papers, as one person wrote it down."""

    printed: int
    issued: int
    spoiled: int
    returned: int
    invalid: int
    counts: tuple[int, ...]

    @property
    def valid(self) -> int:
        """Papers that count."""
        return self.returned - self.invalid


def sheet_problems(sheet: Sheet, options: int, most: int) -> list[Problem]:
    """Why the sheet cannot be right; a box with too many papers can be, and is counted as void."""
    found = [
        Problem(say("每个选项填一个数，共 {n} 个", n=options), "ballots.counts", field="counts")
        if len(sheet.counts) != options or min(sheet.counts, default=0) < 0
        else None,
        Problem(say("发出 {issued} 张，多于印制的 {printed} 张", issued=sheet.issued, printed=sheet.printed),
                "ballots.issued", field="issued") if sheet.issued > sheet.printed else None,
        Problem(say("作废换发 {spoiled} 张，多于发出的 {issued} 张", spoiled=sheet.spoiled, issued=sheet.issued),
                "ballots.spoiled", field="spoiled") if sheet.spoiled > sheet.issued else None,
        Problem(say("无效票 {invalid} 张，多于收回的 {returned} 张", invalid=sheet.invalid, returned=sheet.returned),
                "ballots.invalid", field="invalid") if sheet.invalid > sheet.returned else None,
    ]  # fmt: skip
    return [p for p in found if p is not None] or _sum_problems(sheet, most)


def _sum_problems(sheet: Sheet, most: int) -> list[Problem]:
    total, valid = sum(sheet.counts), sheet.valid
    if most == 1 and total + sheet.invalid != sheet.returned:
        text = say("各项合计 {total} 张，加无效 {invalid} 张，不等于收回的 {returned} 张", total=total,
                   invalid=sheet.invalid, returned=sheet.returned)  # fmt: skip
        return [Problem(text, "ballots.sum", say("各项得票与无效票之和等于收回票数"), "counts")]
    if most > 1 and (not valid <= total <= most * valid or max(sheet.counts) > valid):
        text = say("有效票 {valid} 张，每张选 1 到 {most} 项：各项合计应在 {valid} 到 {top} 之间，每项不超过 {valid}",
                   valid=valid, most=most, top=most * valid)  # fmt: skip
        return [Problem(text, "ballots.sum", say("每张有效票至少选一项，每项最多计一次"), "counts")]
    return []


@dataclass(frozen=True)
class Count:
    """All counts of a ballot. ``present`` are those who took part in the meeting or voted; ``papers`` those who
    took a paper ballot; ``issued`` the papers given out less those spoiled and exchanged."""

    eligible: int
    present: int
    online: int
    papers: int
    issued: int
    returned: int
    invalid: int
    counts: tuple[int, ...]

    @property
    def votes(self) -> int:
        """Votes cast, valid or not."""
        return self.online + self.returned

    @property
    def valid(self) -> int:
        """Votes that count."""
        return self.votes - self.invalid


def count_problems(count: Count) -> list[Problem]:
    """What cannot be: more people than there are, fewer present than took part."""
    took_part = count.online + count.papers
    found = [
        Problem(say("到会 {n} 人，少于投票和领票的 {m} 人", n=count.present, m=took_part), "ballots.present",
                field="present") if count.present < took_part else None,
        Problem(say("到会 {n} 人，超过应到 {m} 人", n=count.present, m=count.eligible), "ballots.present",
                field="present") if count.present > count.eligible else None,
    ]  # fmt: skip
    return [p for p in found if p is not None]


@dataclass(frozen=True)
class Outcome:
    """What the counts mean: the options that are chosen, those that are level at the margin, and the figures needed."""

    word: str
    chosen: tuple[int, ...] = ()
    tied: tuple[int, ...] = ()
    needed_present: int = 0
    needed_votes: int = 0

    @property
    def label(self) -> Words:
        """In one word."""
        return OUTCOMES[self.word]


def outcome(terms: Terms, count: Count, rule: Rule | None) -> Outcome:
    """Read the counts by the body's rule; without one (a consultation) the options with most votes lead."""
    present = rule.threshold.needed_present(count.eligible) if rule else 0
    votes = rule.threshold.needed_yes(count.present) if rule else 1
    if count.returned > count.issued or count.returned > count.papers:
        return Outcome(VOID, needed_present=present, needed_votes=votes)
    if rule and count.present < present:
        return Outcome(INQUORATE, needed_present=present, needed_votes=votes)
    if not count.valid:
        return Outcome(FAILED if rule else NOBODY, needed_present=present, needed_votes=votes)
    if rule and terms.approval:
        passed = count.counts[0] >= votes
        return Outcome(PASSED if passed else FAILED, (0,) if passed else (), (), present, votes)
    chosen, tied = _leading(terms, count.counts, votes)
    word = TIED if tied else CHOSEN if chosen else FAILED
    return Outcome(word, chosen, tied, present, votes)


def _leading(terms: Terms, counts: Sequence[int], needed: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The first ``places`` options with at least ``needed`` votes, and those level at the margin where they are too
    many for the places that are left. Abstaining is no option that could win."""
    standing = [n for n in range(2 if terms.approval else len(counts)) if counts[n] >= needed]
    standing.sort(key=lambda n: (-counts[n], n))
    if len(standing) <= terms.places:
        return tuple(standing), ()
    last = counts[standing[terms.places - 1]]
    if counts[standing[terms.places]] < last:
        return tuple(standing[: terms.places]), ()
    return tuple(n for n in standing if counts[n] > last), tuple(n for n in standing if counts[n] == last)
