"""One annotation makes the form's field and the API's schema."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import pytest
from django.http import QueryDict
from pydantic import ValidationError

from gongzhi.core.ask import Ask, Fen, asked, form_class, schema
from gongzhi.core.words import say


def pay(
    actor: Any,
    *,
    amount: Annotated[Fen, Ask(say("金额"), min=1)],
    on: Annotated[date, Ask(say("日期"))],
    rate: Annotated[Decimal, Ask(say("利率"), places=4)] = Decimal("0.0005"),
    how: Annotated[str, Ask(say("方式"), choices={"bank": say("转账"), "cash": say("现金")})] = "bank",
    rows: Annotated[
        list[dict[str, Any]], Ask(say("明细"), row={"item": Annotated[int, Ask(say("项"))]})
    ] = [],  # noqa: B006
) -> None:
    """A sample."""


ASKS = asked(pay, skip=1)
Form = form_class("pay", ASKS)
Schema = schema("Pay", ASKS)


def test_the_form_reads_yuan_and_rows() -> None:
    form = Form(QueryDict("amount=84,000.00&on=2026-03-11&rows-0-item=3&rows-2-item=5&rows-3-item="))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == 8_400_000
    assert form.cleaned_data["rows"] == [{"item": 3}, {"item": 5}]
    assert form.cleaned_data["how"] == "bank"


def test_what_a_lookup_in_a_row_showed_comes_along_for_the_form_and_stays_out_of_the_answer() -> None:
    form = Form(QueryDict("amount=1&on=2026-03-11&rows-0-item=3&rows-0-item-shown=第三项&rows-1-item-shown="))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["rows"] == [{"item": 3}]
    assert form["rows"].data == [{"item": "3", "item-shown": "第三项"}]


def test_the_form_says_which_row_is_wrong() -> None:
    form = Form(QueryDict("amount=1&on=2026-03-11&rows-0-item=x"))
    assert "第 1 行 项" in str(form.errors["rows"])


@pytest.mark.parametrize("amount", ["1.005", "abc", "-"])
def test_bad_money_is_refused_by_the_form(amount: str) -> None:
    assert "amount" in Form(QueryDict(f"amount={amount}&on=2026-03-11")).errors


def test_the_api_takes_fen_and_no_unknown_names() -> None:
    answers = Schema.model_validate({"amount": 8_400_000, "on": "2026-03-11"}).model_dump()
    assert answers["amount"] == 8_400_000
    assert answers["on"] == date(2026, 3, 11)
    assert answers["rate"] == Decimal("0.0005")
    with pytest.raises(ValidationError):
        Schema.model_validate({"amount": 1, "on": "2026-03-11", "who": "me"})
    with pytest.raises(ValidationError):
        Schema.model_validate({"amount": 0, "on": "2026-03-11"})


def test_closed_sets_are_closed_in_both_faces() -> None:
    assert "how" in Form(QueryDict("amount=1&on=2026-03-11&how=gold")).errors
    with pytest.raises(ValidationError):
        Schema.model_validate({"amount": 1, "on": "2026-03-11", "how": "gold"})


def vote(
    actor: Any,
    *,
    choices: Annotated[list[int], Ask(say("选择"), min=0, max=11)],
    most: Annotated[int, Ask(say("最多"), min=1)] = 1,
) -> None:
    """Another."""


def test_a_row_of_numbers_keeps_its_order_and_bounds() -> None:
    asks = asked(vote, skip=1)
    form = form_class("vote", asks)(QueryDict("choices=3&choices=0"))
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"choices": [3, 0], "most": 1}, "a number left out is the verb's default"
    for wrong in ("", "choices=12", "choices=-1", "choices=x"):
        assert not form_class("vote", asks)(QueryDict(wrong)).is_valid()
    body = schema("Vote", asks)
    assert body.model_validate({"choices": [3, 0]}).model_dump() == {"choices": [3, 0], "most": 1}
    for bad in ([12], [-1], ["x"], 3):
        with pytest.raises(ValidationError):
            body.model_validate({"choices": bad})
