"""Log lines: one for each event, nothing breaks out, no secret gets in."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from handrail.kit.logging import HIDDEN, set_up_logging

KEY = "hrk_0a1b2c3d_" + "s" * 43
FORMS = ("text", "json")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def written(form: str, event: str, **values: object) -> str:
    stream = io.StringIO()
    set_up_logging(form, stream)
    structlog.get_logger("handrail.test").info(event, **values)
    logging.getLogger("some.library").warning("%s %s", event, " ".join(map(str, values.values())))
    return stream.getvalue()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "evil",
    [
        "a\nforged info sign_in.done",
        "a\r\nb",
        "\x1b[2J\x1b[31mred",
        "\x9b31m",
        "a\u2028b",
        "\u202egnorw",
        "\x00",
        "\x08" * 9,
    ],
)
def test_t37_nothing_breaks_out_of_its_line(form: str, evil: str) -> None:
    text = written(form, "request.refused", path=evil)
    assert len(text.splitlines()) == 2
    assert not [
        sign for sign in text if sign != "\n" and (ord(sign) < 32 or 127 <= ord(sign) < 160 or sign in "\u2028\u202e")
    ]


def test_t37_json_lines_stay_json() -> None:
    for line in written("json", 'quote " and \\ and }', path='","level":"critical').splitlines():
        assert json.loads(line)["level"] in ("info", "warning")


@pytest.mark.parametrize("form", FORMS)
def test_t37_secrets_are_hidden_wherever_they_stand(form: str) -> None:
    text = written(form, f"opened {KEY}", path=f"/v1/items?key={KEY}", url="postgresql://user:canary-pw@host/db")
    assert "sss" not in text
    assert "canary-pw" not in text
    assert HIDDEN in text


@pytest.mark.parametrize(
    "name",
    [
        "authorization",
        "Cookie",
        "set_cookie",
        "password",
        "secret",
        "csrf_token",
        "api_key",
        "prompt",
        "output",
        "text",
    ],
)
def test_t37_what_is_called_like_a_secret_or_content_is_hidden(name: str) -> None:
    stream = io.StringIO()
    set_up_logging("json", stream)
    structlog.get_logger("handrail.test").info("x", **{name: "canary"})
    assert "canary" not in stream.getvalue()


@pytest.mark.parametrize("form", FORMS)
def test_t37_errors_of_libraries_are_told_by_their_kind(form: str) -> None:
    stream = io.StringIO()
    set_up_logging(form, stream)
    try:
        raise ValueError("canary")
    except ValueError:
        logging.getLogger("some.library").exception("it broke")
    assert "ValueError" in stream.getvalue()
    assert "canary" not in stream.getvalue()
    assert len(stream.getvalue().splitlines()) == 1
