"""What the desk's simulated model is asked and what it writes: letters and chat replies, from many small choices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar  # Any: messages are JSON

from handrail.demo.cases import RECORDS, Case, Task, day_text, money, whole
from handrail.demo.chance import keyed
from handrail.demo.texts import ChatTexts, parts

T = TypeVar("T")

_CITATION = re.compile(r" ?\[p\d+\]")


@dataclass(frozen=True, slots=True)
class Style:
    """The choices of wording for one item. They depend on the seed and on nothing else, so that a wrong letter and its
    correction differ only where something is wrong. The parts in `other` take the next wording instead."""

    seed: str
    other: frozenset[str] = frozenset()

    def pick(self, part: str, options: Sequence[T]) -> T:
        at = int(keyed(self.seed, part) * len(options))
        return options[(at + (part in self.other)) % len(options)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an output is written from: the case as the simulated model took it to be, and what it does wrong beside."""

    case: Case
    total: int  # in cents, as stated
    uncited: Literal["nothing", "clause", "all"] = "nothing"
    inserted: tuple[str, ...] = ()
    rude: str | None = None  # stands in place of the closing sentence
    answers: bool = True  # whether the customer's own question is answered
    promises: bool = False  # a chat reply that goes beyond the clause
    hidden: tuple[str, float] | None = None  # a character and how far into the text it stands
    broken: Literal["", "text_amount", "no_total", "extra_field"] = ""  # how a record misses its schema
    iban: str = ""  # another account than that of the payee


def correct(case: Case) -> Draft:
    """The draft without any slip."""
    return Draft(case=case, total=case.net)


def write(task: Task, draft: Draft, style: Style, marks: Mapping[str, str]) -> str:
    """The letter or reply that a draft becomes."""
    text = _plain(task, draft, style, marks)
    return _with_hidden(_without_citations(text, draft, marks), draft)


def _plain(task: Task, draft: Draft, style: Style, marks: Mapping[str, str]) -> str:
    match task:
        case Task.SETTLEMENT_LETTER:
            return _letter(_settlement(draft, style), draft, style, marks)
        case Task.DECLINE_LETTER:
            return _letter(_decline(draft, style), draft, style, marks)
        case Task.REQUEST_LETTER:
            return _letter(_request(draft, style), draft, style, marks)
        case Task.CHAT_REPLY:
            return _chat_reply(draft, style).format(**_values(draft, marks))
        case Task.BOOKING | Task.PAYMENT:
            raise ValueError(f"{task} is a record, not a text")


def asked(case: Case, task: Task, style: Style) -> dict[str, Any]:
    """`prompt` or `messages` in the wire form: the instruction and what the customer wrote."""
    words = parts(case.language)
    instruction = style.pick("instruction", words.instructions[task]).format(number=case.number)
    if task is Task.CHAT_REPLY:
        assert words.chat_reply is not None  # chats exist only in languages with chat texts
        return {"messages": [{"role": "system", "content": instruction}, *_turns(case, style, words.chat_reply)]}
    if task in RECORDS:
        return {"prompt": instruction}
    said = story(case, style)
    if keyed(style.seed, "as messages") < 0.7:
        return {"messages": [{"role": "system", "content": instruction}, {"role": "user", "content": said}]}
    return {"prompt": f"{instruction}\n\n{said}"}


def story(case: Case, style: Style) -> str:
    """What the customer wrote."""
    words = parts(case.language)
    told = f"{case.story} {case.question.ask}" if case.question else case.story
    farewell = style.pick("farewell", words.farewells).format(name=case.customer.surname)
    return "\n\n".join(filter(None, (style.pick("greeting", words.greetings), told, farewell)))


def _turns(case: Case, style: Style, words: ChatTexts) -> list[dict[str, str]]:
    turns: list[dict[str, str]] = []
    if keyed(style.seed, "earlier turns") < 0.55:
        first = style.pick("first turn", words.first)
        names = {"policy": case.policy, "product": case.product.name}
        turns = [
            {"role": "user", "content": first.ask.format(**names)},
            {"role": "assistant", "content": first.answer.format(**names)},
        ]
    follow_up = style.pick("follow-up", words.follow_up) if turns else ""
    return [*turns, {"role": "user", "content": " ".join(filter(None, (case.story, follow_up)))}]


def _values(draft: Draft, marks: Mapping[str, str]) -> dict[str, str]:
    case = draft.case
    refused, because = (case.refused[0], case.refused[1]) if case.refused else (None, case.because)
    return {
        "number": case.number,
        "policy": case.policy,
        "surname": case.customer.surname,
        "product": case.product.name,
        "document": case.product.document,
        "peril": case.peril.name,
        "cause": case.cause,
        "section": case.peril.section,
        "exclusion": case.exclusion,
        "loss": day_text(case.loss_on, case.language),
        "reported": day_text(case.reported_on, case.language),
        "because": because,
        "excess": money(100 * case.excess, case.language),
        "total": money(draft.total, case.language),
        "refused": refused.label if refused else "",
        "refused_amount": money(refused.cents, case.language) if refused else "",
        "account": case.account,
        "pay_days": case.pay_days,
        "period": case.period,
        "limit": whole(case.limit, case.language),
        **{f"c_{kind}": mark for kind, mark in marks.items()},
    }


def _letter(body: list[str], draft: Draft, style: Style, marks: Mapping[str, str]) -> str:
    words = parts(draft.case.language)
    subject, signoff = style.pick("subject", words.subject), style.pick("signoff", words.signoff)
    paragraphs = [subject, words.salutation[draft.case.customer.form], *body, signoff]
    return "\n\n".join(paragraphs).format(**_values(draft, marks))


def _settlement(draft: Draft, style: Style) -> list[str]:
    case, words = draft.case, parts(draft.case.language)
    own = words.settlement_letter
    sympathy = style.pick("sympathy", own.sympathy) if case.product.consoles else ""
    opening = _joined(style.pick("opening", own.opening), sympathy)
    paragraphs = [opening, style.pick("accept", own.accept), *_amounts(draft, style)]
    if case.refused:
        paragraphs.append(style.pick("refused", own.refused))
    paragraphs += [*_escaped(draft.inserted), style.pick("payment", _payment_forms(case))]
    if case.question and draft.answers:
        paragraphs.append(case.question.answer)
    closing = style.pick("closing", own.closing) if draft.rude is None else draft.rude
    return [*paragraphs, style.pick("objection", words.objection), closing]


def _amounts(draft: Draft, style: Style) -> list[str]:
    """The lines, the excess and the total, as a list or as a table."""
    case, own = draft.case, parts(draft.case.language).settlement_letter
    intro = style.pick("lines intro", own.lines_intro)
    totals, label_of_total = own.total, own.table_total
    if case.product.pays_other:
        totals, label_of_total = own.total_other, own.table_total_other
    lines = [(line.label, money(line.cents, case.language)) for line in case.lines]
    if keyed(style.seed, "as table") < 0.35:
        rows = [f"| {label} | {amount} |" for label, amount in lines]
        if case.excess:
            rows.append(f"| {own.table_excess} [{{c_schedule}}] | − {{excess}} |")
        table = "\n".join(
            [
                f"| {own.table_head[0]} | {own.table_head[1]} |",
                "|---|---:|",
                *rows,
                f"| **{label_of_total}** | **{{total}}** |",
            ]
        )
        return [intro, table]
    listed = "\n".join(f"- {label}: {amount}" for label, amount in lines)
    excess = style.pick("excess", own.excess if case.excess else own.no_excess)
    return [f"{intro}\n\n{listed}", _joined(excess, style.pick("total", totals))]


def _payment_forms(case: Case) -> Sequence[str]:
    own = parts(case.language).settlement_letter
    return own.payment_other if case.product.pays_other else own.payment


def _decline(draft: Draft, style: Style) -> list[str]:
    words = parts(draft.case.language)
    own = words.decline_letter
    closing = style.pick("closing", own.closing) if draft.rude is None else draft.rude
    return [
        style.pick("opening", own.opening),
        _joined(style.pick("regret", own.regret), style.pick("reason", own.reason)),
        *_escaped(draft.inserted),
        style.pick("offer", own.offer),
        style.pick("objection", words.objection),
        closing,
    ]


def _request(draft: Draft, style: Style) -> list[str]:
    own = parts(draft.case.language).request_letter
    listed = "\n".join(f"- {need}" for need in draft.case.needs)
    closing = style.pick("closing", own.closing) if draft.rude is None else draft.rude
    return [
        style.pick("opening", own.opening),
        f"{style.pick('need intro', own.need_intro)}\n\n{listed}",
        _joined(style.pick("why", own.why), style.pick("how", own.how)),
        *_escaped(draft.inserted),
        _joined(style.pick("next", own.next), closing),
    ]


def _chat_reply(draft: Draft, style: Style) -> str:
    case, words = draft.case, parts(draft.case.language)
    assert case.topic is not None  # chats are made with a topic
    assert words.chat_reply is not None  # and only in languages with chat texts
    answer = case.topic.promise if draft.promises else style.pick("answer", case.topic.answers)
    closing = style.pick("closing", words.chat_reply.closing) if draft.rude is None else draft.rude
    body = _joined(f"{answer.removesuffix('.')} [{{c_terms}}].", *_escaped(draft.inserted), closing)
    if keyed(style.seed, "with name") < 0.75:
        return f"{words.short_salutation[case.customer.form]}\n\n{body}"
    return body


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _escaped(sentences: Sequence[str]) -> list[str]:
    """Slips are filled in already."""
    return [sentence.replace("{", "{{").replace("}", "}}") for sentence in sentences]


def _without_citations(text: str, draft: Draft, marks: Mapping[str, str]) -> str:
    match draft.uncited:
        case "nothing":
            return text
        case "clause":
            for kind in ("terms", "exclusion"):
                text = text.replace(f" [{marks[kind]}]", "") if kind in marks else text
            return text
        case "all":
            return _CITATION.sub("", text)


def _with_hidden(text: str, draft: Draft) -> str:
    if draft.hidden is None:
        return text
    sign, share = draft.hidden
    at = text.find(" ", int(share * len(text)))
    return text[: at + 1] + sign + text[at + 1 :]
