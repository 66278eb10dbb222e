"""An output that is held inside a `with` block and judged when the block ends."""

from __future__ import annotations

from typing import Unpack

from handrail.client.fields import ItemFields, OutputLike
from handrail.domain.result import Result


class Hold:
    """Set `output` inside the block; `result` is there after it. `set` adds what is only known then.

    with hr.hold(prompt=question) as held:
        held.output = llm(question)
    send(held.result.text)
    """

    def __init__(self, fields: ItemFields) -> None:
        self.output: OutputLike | None = None
        self._fields = fields
        self._result: Result | None = None

    def set(self, **fields: Unpack[ItemFields]) -> None:
        """Adds fields of the item, such as the confidence that came with the output."""
        self._fields.update(fields)

    @property
    def fields(self) -> ItemFields:
        """What goes along with the output."""
        return self._fields

    def settle(self, result: Result) -> None:
        """Called by the client when the block has ended."""
        self._result = result

    @property
    def result(self) -> Result:
        """What became of the output. Raises RuntimeError inside the block: nothing is decided before it ends."""
        if self._result is None:
            raise RuntimeError("the output is judged when the with block ends; read result after it")
        return self._result
