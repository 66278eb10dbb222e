"""The built web app: only files that the build made, and one page for every address that is a page."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from pathlib import Path

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from handrail.kit.errors import NotFound
from handrail.web.errors import MethodRefused
from handrail.web.scope import nonce_of

FOLDER = Path(__file__).parent / "static"
NONCE = "__HANDRAIL_NONCE__"
RESERVED = ("/v1", "/openai", "/beta", "/mcp", "/otel", "/metrics", "/tile", "/assets", "/openapi.json", "/docs")
"""Addresses that are no pages of the web app."""
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_PACKED = {".css", ".js", ".json", ".svg", ".txt", ".webmanifest"}
NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Handrail</title>
<h1>Handrail runs</h1>
<p>The web app is not built yet. In the folder <code>ui</code>: <code>npm ci</code>, then <code>npm run build</code>;
then start Handrail again. A released package has it inside.</p>
<p>The API is there: <a href="/docs">/docs</a></p></html>
"""


@dataclass
class File:
    """One built file."""

    path: Path
    name: str
    packed: bytes | None = field(default=None, repr=False)

    @cached_property
    def content(self) -> bytes:
        return self.path.read_bytes()

    @cached_property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'

    def answer(self, accepts_gzip: bool, if_none_match: str) -> Response:
        is_asset = self.name.startswith("/assets/")
        headers = {
            "ETag": self.etag,
            "Cache-Control": "public, max-age=31536000, immutable" if is_asset else "public, max-age=3600",
            "Vary": "Accept-Encoding",
        }
        if if_none_match == self.etag:
            return Response(None, HTTPStatus.NOT_MODIFIED, headers)
        body = self.content
        if accepts_gzip and self.path.suffix in _PACKED and len(body) > 1024:
            self.packed = self.packed or gzip.compress(body, 6, mtime=0)
            body, headers["Content-Encoding"] = self.packed, "gzip"
        return Response(body, headers=headers, media_type=TYPES[self.path.suffix])


class Pages:
    """Answers what no route matched. A name that the build did not make is not there, however it is written."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {
            name: File(path, name)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.is_symlink() and path.suffix in TYPES
            if not any(part.startswith(".") for part in path.relative_to(folder).parts)
            for name in ["/" + path.relative_to(folder).as_posix()]
        }
        index = self._files.pop("/index.html", None)
        self._index = index.path.read_text(encoding="utf-8") if index else NOT_BUILT

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        await self.find(scope, headers)(scope, receive, send)

    def find(self, scope: Scope, headers: dict[bytes, bytes]) -> Response:
        """The answer. Raises NotFound, and MethodRefused for changes of what is only shown."""
        file = self._files.get(scope["path"]) if _is_plain(scope) else None
        is_page = file is None and self._is_page(scope["path"], headers.get(b"accept", b"")) and _is_plain(scope)
        if file is None and not is_page:
            raise NotFound()
        if scope["method"] not in ("GET", "HEAD"):
            raise MethodRefused()
        if file is not None:
            packs = b"gzip" in headers.get(b"accept-encoding", b"")
            return file.answer(packs, headers.get(b"if-none-match", b"").decode("latin-1"))
        return Response(self._index.replace(NONCE, nonce_of(scope)), media_type="text/html")

    @staticmethod
    def _is_page(path: str, accept: bytes) -> bool:
        if any(path == one or path.startswith(one + "/") for one in RESERVED):
            return False
        return path == "/" or b"text/html" in accept


def _is_plain(scope: Scope) -> bool:
    """Whether the path means the same to everyone: no encoded slash, no backslash, no NUL, no climbing dots, UTF-8."""
    path, raw = scope["path"], scope.get("raw_path", b"").lower()
    if b"%2f" in raw or b"%5c" in raw or "\\" in path or "//" in path:
        return False
    return path.isprintable() and "\ufffd" not in path and not any(part in (".", "..") for part in path.split("/"))
