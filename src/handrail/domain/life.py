"""The life of an item and of an assignment: what may happen next (contract.md section 7). Pure; services obey it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from handrail.kit.errors import Conflict


class Status(StrEnum):
    """For the caller."""

    PENDING = "pending"
    RELEASED = "released"
    BLOCKED = "blocked"


class State(StrEnum):
    """The item's life, for those who look inside."""

    CHECKED = "checked"
    IN_REVIEW = "in_review"
    SECOND_REVIEW = "second_review"
    IN_ADJUDICATION = "in_adjudication"
    SETTLED = "settled"
    RELEASED = "released"
    BLOCKED = "blocked"
    DELIVERED = "delivered"
    RECALLED = "recalled"


WITH_PEOPLE = frozenset({State.IN_REVIEW, State.SECOND_REVIEW, State.IN_ADJUDICATION})
GIVEN_OUT = frozenset({State.RELEASED, State.BLOCKED})
DECIDED = frozenset({State.RELEASED, State.BLOCKED, State.DELIVERED, State.RECALLED})


class Happening(StrEnum):
    """What can happen to an item."""

    ROUTED_RELEASE = "routed_release"
    ROUTED_BLOCK = "routed_block"
    ROUTED_REVIEW = "routed_review"
    SETTLED = "settled"  # enough reviews, agreeing
    UNDONE = "undone"
    WINDOW_OVER_RELEASE = "window_over_release"  # approve or edit
    WINDOW_OVER_BLOCK = "window_over_block"  # reject
    DUE_SOON = "due_soon"
    ELEVATED = "elevated"  # deadline, to the next queue
    BREACH_RELEASE = "breach_release"  # deadline: release in words, or the fallback
    BREACH_BLOCK = "breach_block"
    DELIVERED = "delivered"  # the first receiver acknowledged
    AUDITED = "audited"  # the audit sample was answered
    RECALLED = "recalled"  # taken back, with or without a correction
    APPEALED = "appealed"  # the person concerned asks for another look; the outcome stands
    REOPENED = "reopened"  # a colleague does


class WrongState(Conflict):
    """This cannot happen to the item as it stands; load it again."""

    code = "wrong_state"


@dataclass(frozen=True, slots=True)
class Transition:
    """The next state, and the words that stand in audit log and outbox."""

    state: State
    audit: tuple[str, ...]
    events: tuple[str, ...]


def _same(*words: str, to: State) -> Transition:
    return Transition(to, words, words)


_START: dict[Happening, Transition] = {
    Happening.ROUTED_RELEASE: _same("item.received", "item.released", to=State.RELEASED),
    Happening.ROUTED_BLOCK: _same("item.received", "item.blocked", to=State.BLOCKED),
    Happening.ROUTED_REVIEW: _same("item.received", "item.escalated", to=State.IN_REVIEW),
}


def begin(happening: Happening) -> Transition:
    """The first state of an item, from what routing said of it.

    >>> begin(Happening.ROUTED_REVIEW).state
    <State.IN_REVIEW: 'in_review'>
    """
    return _START[happening]


def after(state: State, happening: Happening) -> Transition:
    """What `happening` makes of an item in `state`. Raises WrongState where the contract has no such row.

    >>> after(State.IN_REVIEW, Happening.SETTLED).state
    <State.SETTLED: 'settled'>
    >>> after(State.RELEASED, Happening.UNDONE)
    Traceback (most recent call last):
    handrail.domain.life.WrongState: This cannot happen to the item as it stands; load it again.
    """
    found = _after(state, happening)
    if found is None:
        raise WrongState()
    return found


def _after(state: State, happening: Happening) -> Transition | None:
    if state in WITH_PEOPLE:
        return _with_people(state, happening)
    if state is State.SETTLED:
        return _SETTLED.get(happening)
    if state in DECIDED:
        return _decided(state, happening)
    return None


def _with_people(state: State, happening: Happening) -> Transition | None:
    match happening:
        case Happening.SETTLED:
            return _same("review.submitted", "item.settled", to=State.SETTLED)
        case Happening.DUE_SOON:
            return _same("item.due_soon", to=state)
        case Happening.ELEVATED:
            return _same("item.overdue", "item.elevated", to=State.IN_REVIEW)
        case Happening.BREACH_RELEASE:
            return _same("item.overdue", "item.released", to=State.RELEASED)
        case Happening.BREACH_BLOCK:
            return _same("item.overdue", "item.blocked", to=State.BLOCKED)
        case _:
            return None


_SETTLED: dict[Happening, Transition] = {
    Happening.UNDONE: _same("review.undone", to=State.IN_REVIEW),
    Happening.WINDOW_OVER_RELEASE: _same("item.released", to=State.RELEASED),
    Happening.WINDOW_OVER_BLOCK: _same("item.blocked", to=State.BLOCKED),
}


def _decided(state: State, happening: Happening) -> Transition | None:
    """What was recalled may be recalled again, with a better correction; that it was delivered stays a fact."""
    match happening:
        case Happening.AUDITED:
            return _same("item.audited", to=state) if state is not State.BLOCKED else None
        case Happening.DELIVERED:
            return _same("item.delivered", to=State.DELIVERED) if state in GIVEN_OUT else None
        case Happening.RECALLED:
            return _same("item.recalled", to=State.RECALLED)
        case Happening.APPEALED:
            return _same("item.appealed", to=state)
        case Happening.REOPENED:
            return _same("item.reopened", to=state)
        case _:
            return None


class Held(StrEnum):
    """The states of an assignment."""

    HELD = "held"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Move(StrEnum):
    """What can happen to an assignment."""

    HEARTBEAT = "heartbeat"
    REVIEW = "review"
    UNDO = "undo"
    RETURN = "return"
    LEASE_OVER = "lease_over"
    REVOKE = "revoke"


_MOVES: dict[tuple[Held, Move], Held] = {
    (Held.HELD, Move.HEARTBEAT): Held.HELD,
    (Held.HELD, Move.REVIEW): Held.SUBMITTED,
    (Held.SUBMITTED, Move.UNDO): Held.HELD,
    (Held.HELD, Move.RETURN): Held.RETURNED,
    (Held.HELD, Move.LEASE_OVER): Held.EXPIRED,
    (Held.HELD, Move.REVOKE): Held.REVOKED,
}


def after_move(state: Held, move: Move) -> Held | None:
    """The next state of an assignment; None where the contract has no such row.

    >>> after_move(Held.EXPIRED, Move.REVIEW) is None
    True
    """
    return _MOVES.get((state, move))
