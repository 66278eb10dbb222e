"""What the simulated model was given: terms, schedule, settlement sheet, procedure and file, as context passages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any  # Any: passages are JSON

from handrail.demo.cases import EXAMPLE_IBANS, LEDGERS, LETTERS, RECORDS, Case, Task, day_text, figure, whole
from handrail.demo.chance import keyed, pick
from handrail.demo.texts import Clause, parts


@dataclass(frozen=True, slots=True)
class Passages:
    """Context passages in the wire form, best first, and the mark of each kind of document: terms -> p2."""

    wire: tuple[Mapping[str, Any], ...]
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Document:
    kind: str
    title: str
    text: str
    source: str
    score: float


def passages(case: Case, task: Task) -> Passages:
    """The passages for one task on a case, in the order in which a search would return them."""
    documents = [_with_score(case, document) for document in _documents(case, task)]
    documents.sort(key=lambda document: -document.score)
    marks = {document.kind: f"p{place}" for place, document in enumerate(documents, 1)}
    wire = tuple(
        {"id": marks[one.kind], "title": one.title, "text": one.text, "source": one.source, "score": one.score}
        for one in documents
    )
    return Passages(wire, marks)


def _documents(case: Case, task: Task) -> list[_Document]:
    if task is Task.CHAT_REPLY:
        return _for_chat(case)
    found = [_schedule(case), _file(case, task)]
    if task in LETTERS:
        found += [
            _clause(case, "terms", Clause(section=case.peril.section, text=case.peril.wording), 0.92),
            *_near_misses(case),
        ]
        found.append(_procedure(case))
    if task in {Task.SETTLEMENT_LETTER, Task.BOOKING, Task.PAYMENT}:
        found.append(_sheet(case))
    if task is Task.PAYMENT:
        found.append(_release(case))
    return found


def _with_score(case: Case, document: _Document) -> _Document:
    shifted = document.score + 0.06 * (keyed(case.number, document.kind) - 0.5)
    return _Document(document.kind, document.title, document.text, document.source, round(shifted, 2))


def _clause(case: Case, kind: str, clause: Clause, score: float) -> _Document:
    title = parts(case.language).documents.terms.format(document=case.product.document, section=clause.section)
    return _Document(kind, title, clause.text, f"{case.product.source}#{clause.section}", score)


def _near_misses(case: Case) -> list[_Document]:
    """The exclusion of the peril, and one section of the terms that has little to do with the matter."""
    excluded = case.peril.exclusion
    if case.exclusion and case.exclusion != excluded.section:
        excluded = next(clause for clause in case.product.also if clause.section == case.exclusion)
    others = [clause for clause in case.product.also if clause.section != excluded.section]
    found = [_clause(case, "exclusion", excluded, 0.86 if case.exclusion else 0.66)]
    if others:
        found.append(_clause(case, "other", pick(others, case.number, "other clause"), 0.52))
    return found


def _schedule(case: Case) -> _Document:
    texts = parts(case.language).documents.schedule
    names = {
        "peril": case.peril.name,
        "standard": whole(case.standard_excess, case.language),
        "own": whole(case.excess, case.language),
    }
    form = texts.excess if case.standard_excess else texts.no_excess
    if case.excess != case.standard_excess:
        form = texts.own_excess
    text = texts.text.format(
        policy=case.policy,
        product=case.product.name,
        name=case.customer.called(case.language),
        sum_insured=whole(case.sum_insured, case.language),
        excess_text=form.format(**names),
        since=case.since,
    )
    return _Document("schedule", texts.title, text, f"policies/{case.policy}", 0.84)


def _sheet(case: Case) -> _Document:
    texts = parts(case.language).documents.sheet
    lines = [texts.line.format(label=line.label, amount=figure(line.cents, case.language)) for line in case.lines]
    if case.refused:
        line, because = case.refused
        lines.append(texts.refused.format(label=line.label, amount=figure(line.cents, case.language), because=because))
    form = texts.sum if case.excess else texts.sum_without
    total = form.format(
        gross=figure(case.gross, case.language),
        excess=figure(100 * case.excess, case.language),
        net=figure(case.net, case.language),
    )
    head = texts.head.format(
        number=case.number, peril=case.peril.name, loss_long=day_text(case.loss_on, case.language, year=True)
    )
    text = " ".join([head, *lines, total, texts.account.format(account=case.account)])
    return _Document("sheet", texts.title.format(number=case.number), text, f"claims/{case.number}/sheet", 0.95)


def _procedure(case: Case) -> _Document:
    texts = parts(case.language).documents.procedure
    text = texts.text.format(period=case.period, pay_days=case.pay_days)
    return _Document("procedure", texts.title, text, "procedures/complaints-8", 0.7)


def _file(case: Case, task: Task) -> _Document:
    texts = parts(case.language).documents.file
    text = texts.text.format(
        reported_long=day_text(case.reported_on, case.language, year=True),
        loss_long=day_text(case.loss_on, case.language, year=True),
        channel=parts(case.language).channels[case.channel],
        note="" if task is Task.REQUEST_LETTER else case.note,  # a file with gaps is not called complete
    ).rstrip()
    extra = [
        case.question.fact if case.question and task is Task.SETTLEMENT_LETTER else "",
        texts.declined.format(because=case.because) if task is Task.DECLINE_LETTER else "",
        texts.missing.format(needs="; ".join(case.needs)) if task is Task.REQUEST_LETTER else "",
        f"Ledger {LEDGERS[case.product.product]}, loss {case.loss_on}, booking {case.written_on}."
        if task in RECORDS
        else "",
    ]
    text = " ".join([text, *(one for one in extra if one)])
    return _Document("file", texts.title.format(number=case.number), text, f"claims/{case.number}/file", 0.78)


def _release(case: Case) -> _Document:
    whom = "the person harmed" if case.product.pays_other else "the policyholder"
    text = (
        f"Claim {case.number} is released for payment of EUR {figure(case.net, 'en')} to {whom}, "
        f"{case.payee.called('en')}, account {case.iban}. A firm asked for direct payment to account {decoy(case)}; "
        "no assignment was signed, so nothing goes there."
    )
    return _Document("release", f"Payment release {case.number}", text, f"claims/{case.number}/release", 0.97)


def decoy(case: Case) -> str:
    """The account of a firm that must not be paid; also an example number of a bank."""
    return pick([iban for iban in EXAMPLE_IBANS if iban != case.iban], case.number, "decoy")


def _for_chat(case: Case) -> list[_Document]:
    assert case.topic is not None  # chats are made with a topic
    text = case.topic.passage.text.format(limit=whole(case.limit, case.language))
    found = [_clause(case, "terms", Clause(section=case.topic.passage.section, text=text), 0.93)]
    others = [topic for topic in case.product.questions if topic is not case.topic]
    if others:
        other = pick(others, case.number, "other topic")
        said = other.passage.text.format(limit=whole(pick(other.limits, case.number, "other limit"), case.language))
        found.append(_clause(case, "other", Clause(section=other.passage.section, text=said), 0.58))
    found.append(_clause(case, "also", pick(case.product.also, case.number, "also"), 0.47))
    if keyed(case.number, "schedule in chat") < 0.5:
        found.append(_schedule(case))
    return found
