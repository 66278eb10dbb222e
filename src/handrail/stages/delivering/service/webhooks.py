"""Webhooks: made, changed, switched off, their secrets renewed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any  # Any: rows

from sqlalchemy.exc import IntegrityError

from handrail.audit import SYSTEM
from handrail.background import outbox
from handrail.domain.event import TEST_TYPE
from handrail.kit.addresses import read_origin
from handrail.kit.errors import NotFound, Stale
from handrail.kit.etags import check_match
from handrail.kit.ids import new_id
from handrail.stages.delivering.errors import NameTaken, WebhookOff
from handrail.stages.delivering.queries import deliveries
from handrail.stages.delivering.queries import webhooks as queries
from handrail.stages.delivering.rules.webhooks import check_types, check_url
from handrail.stages.delivering.service.desk import DeliveryDesk
from handrail.storage import Session

GONE = "The receiver answered 410: it wants nothing any more."


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook somebody wants."""

    name: str
    url: str
    types: Sequence[str]
    content: bool = True


@dataclass(frozen=True, slots=True)
class Made:
    """A webhook as it is now; `secret` where there is a new one to show, this once."""

    row: Mapping[str, Any]
    secret: str | None = None


def found(session: Session, project_id: str, name: str, *, lock: bool = False) -> Mapping[str, Any]:
    """The webhook of this name. Raises NotFound."""
    one = queries.by_name(session, project_id, name, lock=lock)
    if one is None:
        raise NotFound()
    return one


def create(session: Session, desk: DeliveryDesk, project_id: str, actor: str, wanted: NewWebhook) -> Made:
    """A webhook that gets the events from now on. Raises NameTaken, AddressNotAllowed and Invalid."""
    check_types(wanted.types)
    check_url(wanted.url, desk.allowed_hosts)
    if queries.by_name(session, project_id, wanted.name) is not None:
        raise NameTaken()
    id, salt = new_id(), secrets.token_hex(32)
    told = {"name": wanted.name, "url": wanted.url, "types": list(wanted.types), "content": wanted.content}
    try:
        queries.add(session, {"id": id, "project_id": project_id, **told, "is_on": True, "salt": salt})
    except IntegrityError:
        raise NameTaken() from None  # somebody made it at the same moment
    made = found(session, project_id, wanted.name)
    desk.note(session, "webhook.created", made, actor, told)
    return Made(made, desk.secret(id, salt))


def change(
    session: Session,
    desk: DeliveryDesk,
    project_id: str,
    actor: str,
    name: str,
    wanted: Mapping[str, Any],
    if_match: str | None,
) -> Made:
    """Changes address, types, content or `enabled`. Another host gets a secret of its own, and the old one is void.

    Raises NotFound, Stale, IfMatchRequired, AddressNotAllowed and Invalid.
    """
    before = found(session, project_id, name)
    check_match(if_match, before["revision"])
    values = {one: value for one, value in wanted.items() if one in ("url", "types", "content")}
    if "types" in values:
        check_types(values["types"])
    moved = "url" in values and _is_elsewhere(desk, before["url"], values["url"])
    if moved:
        values |= {"salt": secrets.token_hex(32), "old_salt": None, "old_until": None}
    if "enabled" in wanted:
        values |= _switched(session, before, is_on=wanted["enabled"])
    if not queries.change(session, before["id"], before["revision"], values):
        raise Stale()
    told = {one: value for one, value in wanted.items() if value is not None}
    desk.note(session, "webhook.changed", before, actor, told | ({"secret": "renewed"} if moved else {}))
    return Made(found(session, project_id, name), desk.secret(before["id"], values["salt"]) if moved else None)


def _is_elsewhere(desk: DeliveryDesk, before: str, url: str) -> bool:
    """Whether the new address is that of another receiver."""
    return check_url(url, desk.allowed_hosts).origin != read_origin(before)


def _switched(session: Session, before: Mapping[str, Any], *, is_on: bool) -> dict[str, Any]:
    if bool(before["is_on"]) == is_on:
        return {}
    if is_on:
        return {"is_on": True, "off_why": None, "off_at": None, "failures": 0, "quiet_until": None}
    return {"is_on": False, "off_why": "Somebody switched it off.", "off_at": session.now}


def delete(session: Session, desk: DeliveryDesk, project_id: str, actor: str, name: str, if_match: str | None) -> None:
    """Takes a webhook away; what still waits for it is not sent. Raises NotFound, Stale and IfMatchRequired."""
    before = found(session, project_id, name)
    check_match(if_match, before["revision"])
    values = {"deleted_at": session.now, "is_on": False, "salt": "", "old_salt": None, "old_until": None}
    if not queries.change(session, before["id"], before["revision"], values):
        raise Stale()
    desk.note(session, "webhook.deleted", before, actor, {"name": name})


def rotate(session: Session, desk: DeliveryDesk, project_id: str, actor: str, name: str, overlap: timedelta) -> Made:
    """A new secret; the old one signs too until the overlap is over. Raises NotFound."""
    before = found(session, project_id, name, lock=True)
    salt = secrets.token_hex(32)
    values: dict[str, Any] = {"salt": salt, "old_salt": before["salt"], "old_until": session.now + overlap}
    if overlap <= timedelta(0):
        values |= {"old_salt": None, "old_until": None}
    if not queries.change(session, before["id"], before["revision"], values):
        raise Stale()
    desk.note(session, "webhook.rotated", before, actor, {"overlap_s": int(overlap.total_seconds())})
    return Made(found(session, project_id, name), desk.secret(before["id"], salt))


def test(session: Session, desk: DeliveryDesk, project_id: str, actor: str, name: str) -> str:
    """The id of a delivery made only to see whether the receiver answers; it is tried once. Raises WebhookOff."""
    webhook = found(session, project_id, name, lock=True)
    if not webhook["is_on"]:
        raise WebhookOff()
    number = queries.next_sequence(session, project_id, name)
    told = {"webhook": {"webhook_id": webhook["id"], "name": name}}
    event = outbox.row(TEST_TYPE, name, number, project_id=project_id, at=session.now, data=told)
    outbox.emit(session, [event])
    made = delivery_row(webhook, event, event["at"])
    deliveries.insert(session, [made])
    desk.note(session, "webhook.tested", webhook, actor, {"event_id": event["id"]})
    return str(made["id"])


def delivery_row(webhook: Mapping[str, Any], event: Mapping[str, Any], now_ms: int) -> dict[str, Any]:
    """The delivery of one event to one webhook, ready to be stored."""
    return {
        "id": new_id(),
        "project_id": webhook["project_id"],
        "webhook_id": webhook["id"],
        "event_id": event["id"],
        "type": event["type"],
        "subject": event["subject"],
        "now": now_ms,
    }


def switch_off(session: Session, desk: DeliveryDesk, webhook_id: str, why: str) -> None:
    """Switches a webhook off by itself; said in the audit log and as an event."""
    if not queries.switch_off(session, webhook_id, why):
        return
    webhook = queries.by_id(session, webhook_id)
    assert webhook is not None
    name, project_id = webhook["name"], webhook["project_id"]
    desk.note(session, "webhook.disabled", webhook, SYSTEM, {"name": name, "why": why})
    told = {"webhook": {"webhook_id": webhook_id, "name": name, "why": why}}
    number = queries.next_sequence(session, project_id, name)
    outbox.emit(
        session, [outbox.row("webhook.disabled", name, number, project_id=project_id, at=session.now, data=told)]
    )
