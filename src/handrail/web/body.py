"""Reading bodies from outside: bounded in bytes and in time, whatever Content-Length says."""

from __future__ import annotations

import asyncio

from starlette.requests import Request

from handrail.kit.errors import HandrailFault, TooLarge

WHOLE_S = 30.0
"""A body that is read as a whole must be there after this many seconds."""
PUBLIC_BYTES = 16 * 1024
"""What a stranger may send."""


class TooSlow(HandrailFault):
    """The body did not arrive in time; send it again."""

    status = 408
    code = "too_slow"
    retry = True


class MediaTypeRefused(HandrailFault):
    """Send the body as application/json, without Content-Encoding."""

    status = 415
    code = "media_type"


async def read_whole(request: Request, limit: int, *, within_s: float = WHOLE_S) -> bytes:
    """The body, at most `limit` bytes. Raises TooLarge, before reading it where its length is told, and TooSlow."""
    told = request.headers.get("Content-Length", "")
    if told.isascii() and told.isdigit() and int(told[:20]) > limit:
        raise TooLarge(f"The body has at most {limit:,} bytes; this one has {int(told[:20]):,}.")
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(within_s):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise TooLarge(f"The body has at most {limit:,} bytes.")
                chunks.append(chunk)
    except TimeoutError:
        raise TooSlow() from None
    return b"".join(chunks)


def check_json(request: Request) -> None:
    """Passes for application/json that is not packed. Forms and plain text, which any page can send, are refused."""
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        raise MediaTypeRefused()
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise MediaTypeRefused()
