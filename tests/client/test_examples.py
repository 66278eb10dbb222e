"""The six examples of the contract, as an application would write them."""

from __future__ import annotations

from typing import Any

import pytest

from handrail import Blocked, Handrail, Pending, Released
from handrail.testing import FakeHandrail, blocked, edited, pending


def llm(prompt: str) -> str:
    return f"An answer to {prompt!r}."


def ask(question: str) -> str | None:
    """Application code: it makes its own client."""
    return Handrail().gate(llm(question), prompt=question, confidence=0.5).text


def test_1_the_common_case(handrail: FakeHandrail) -> None:
    hr, prompt = Handrail(), "Has it arrived?"
    answer = hr.gate(llm(prompt), prompt=prompt, confidence=0.83).text
    assert answer == "An answer to 'Has it arrived?'."


@pytest.mark.parametrize(("amount", "did"), [(5, "send"), (62_400, "remember"), (1, "log")])
def test_2_typed(handrail: FakeHandrail, amount: int, did: str) -> None:
    handrail.when(lambda item: (item.metadata or {})["amount"] > 50_000, pending())
    handrail.when(lambda item: (item.metadata or {})["amount"] < 2, blocked("too small"))
    done: dict[str, Any] = {}
    match Handrail().gate(
        "draft", prompt="q", domain="claims", metadata={"amount": amount}, fallback="We will write to you."
    ):
        case Released(text=text):
            done["send"] = text
        case Pending(item_id=item_id):
            done["remember"] = item_id
        case Blocked(reason=reason):
            done["log"] = reason
    assert list(done) == [did]
    assert done[did]


def test_3_decorator(handrail: FakeHandrail) -> None:
    hr = Handrail()

    @hr.review(domain="claims", task="summary", wait="5s")
    def summarise(document: str) -> str:
        return llm(document)

    assert summarise("Storm damage.") == "An answer to 'Storm damage.'."
    assert handrail.submitted[0].prompt == "Storm damage."


def test_3_context_manager(handrail: FakeHandrail) -> None:
    hr, p = Handrail(), "Why?"
    with hr.hold(prompt=p) as h:
        h.output = llm(p)
    assert h.result.text == "An answer to 'Why?'."


def test_4_act_on_released_only(handrail: FakeHandrail) -> None:
    hr = Handrail()
    call = {"type": "tool_call", "name": "pay", "arguments": {"sum": 900}}
    payment = hr.wait(hr.submit(call, key="pay-77").item_id)
    assert isinstance(payment, Released)
    assert payment.verify(call)["arguments"] == {"sum": 900}


def test_6_no_server(handrail: FakeHandrail) -> None:
    handrail.when(lambda item: item.confidence is not None and item.confidence < 0.7, edited("Better"))
    assert ask("x") == "Better"
