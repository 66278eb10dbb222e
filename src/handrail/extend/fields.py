"""Which texts of an item a check reads: the output, the prompt, or both."""

from __future__ import annotations

from typing import Literal

from handrail.domain.item import Item

Where = Literal["output", "prompt", "both"]


def texts(item: Item, where: Where) -> tuple[tuple[str, str], ...]:
    """The texts that `where` names, each with the field that findings carry.

    >>> texts(Item(output="yes", prompt="sure?"), "both")
    (('output', 'yes'), ('prompt', 'sure?'))
    """
    match where:
        case "output":
            return (("output", item.output),)
        case "prompt":
            return (("prompt", item.prompt),)
        case "both":
            return (("output", item.output), ("prompt", item.prompt))


def is_prose(item: Item) -> bool:
    """Whether the output is written for people: not JSON and not a tool call.

    >>> is_prose(Item(output="Dear customer"))
    True
    """
    return item.content is None or item.content.type in {"text", "message"}
