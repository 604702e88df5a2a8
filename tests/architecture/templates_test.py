"""Templates hold no bare text, no inline script or style, and ask no other host for anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, Token, TokenType

# Names of formats, products and hashes, the same in every language, and of the languages in themselves.
NAMES = {
    "中文",
    "English",
    "API",
    "CSV",
    "Excel",
    "GeoJSON",
    "JSON",
    "OpenAPI",
    "PDF",
    "SHA",
    "SQL",
    "TOTP",
    "Word",
    "Xuezheng",
    "ZIP",
}
SPOKEN_ATTRIBUTES = {"alt", "aria-label", "aria-description", "placeholder", "title", "label"}
# Blocks of the base page whose word goes into an attribute and is never read.
WORDS_FOR_ATTRIBUTES = {"block audience"}
UNSPOKEN = {"script", "style", "code", "pre", "kbd", "samp"}
LETTERS = re.compile(r"[A-Za-z\u3400-\u9fff]+")
FILLED = "\0"  # stands where the template engine writes something
OTHER_HOST = re.compile(r"""(?:https?:)?//[\w.-]+\.\w""")
LOADING = {
    "src",
    "href",
    "action",
    "srcset",
    "data",
    "poster",
    "formaction",
    "hx-get",
    "hx-post",
    "xlink:href",
}
# Addresses that name a thing and are never asked for, and our own machine.
NAMES_OF_THINGS = {
    "127.0.0.1", "localhost", "example.org", "example.com", "www.w3.org", "schemas.openxmlformats.org",
    "json-schema.org", "www.apache.org",
}  # fmt: skip


class Page(HTMLParser):
    """Collects what a reader would see or hear, and what would be loaded or run, with line numbers."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.spoken: list[tuple[int, str]] = []
        self.inline: list[tuple[int, str]] = []
        self.loaded: list[tuple[int, str]] = []
        self._raw: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the attributes of a tag."""
        line = self.getpos()[0]
        given = {name: value or "" for name, value in attrs}
        self.spoken += [(line, given[name]) for name in SPOKEN_ATTRIBUTES & given.keys()]
        if tag == "input" and given.get("type") in ("submit", "button", "reset"):
            self.spoken.append((line, given.get("value", "")))
        self.loaded += [(line, given[name]) for name in LOADING & given.keys()]
        self.inline += [(line, name) for name in given if name == "style" or name.startswith("on")]
        is_data = given.get("type") in ("application/json", "application/ld+json")
        if tag == "style" or (tag == "script" and "src" not in given and not is_data):
            self.inline.append((line, tag))
        self._raw = self._raw or (tag if tag in UNSPOKEN else None)

    def handle_endtag(self, tag: str) -> None:
        """Leave a script, style or piece of code."""
        self._raw = None if tag == self._raw else self._raw

    def handle_data(self, data: str) -> None:
        """Take what stands between tags."""
        if self._raw is None:
            self.spoken.append((self.getpos()[0], data))


def test_no_bare_text(root: Path, tracked: Callable[..., list[Path]]) -> None:
    """Whatever a reader sees comes from a variable or goes through translation."""
    bare = [
        f"{template.relative_to(root)}:{line}: {text.strip(FILLED).strip()[:60]}"
        for template, page in _pages(tracked)
        for line, text in page.spoken
        if set(LETTERS.findall(text)) - NAMES
    ]

    assert bare == []


def test_no_inline_script_or_style(root: Path, tracked: Callable[..., list[Path]]) -> None:
    """The Content-Security-Policy would block it, so it must not be there."""
    found = [
        f"{template.relative_to(root)}:{line}: {what}"
        for template, page in _pages(tracked)
        for line, what in page.inline
    ]

    assert found == []


def test_no_foreign_host(root: Path, tracked: Callable[..., list[Path]]) -> None:
    """No page, script, style or module of ours asks another host for anything."""
    found = [
        f"{template.relative_to(root)}:{line}: {address}"
        for template, page in _pages(tracked)
        for line, address in page.loaded
        if OTHER_HOST.match(address)
    ]
    for path in tracked(".py", ".js", ".css", ".svg", ".html", below="src"):
        if "vendor" in path.parts:
            continue
        hosts = re.findall(r"https?://\[?([\w.-]+)", path.read_text(encoding="utf-8"))
        found += [f"{path.relative_to(root)}: {host}" for host in {*hosts} - NAMES_OF_THINGS]
    for path in tracked(".css", below="src"):
        text = path.read_text(encoding="utf-8")
        found += re.findall(r"(?:@import|url\()\s*[\"']?(?:https?:)?//[^)\"']+", text)

    assert found == []


def _pages(tracked: Callable[..., list[Path]]) -> Iterator[tuple[Path, Page]]:
    for template in tracked(".html", ".svg", below="src"):
        if "templates" in template.parts:
            page = Page()
            page.feed("".join(_skeleton(template.read_text(encoding="utf-8"))))
            page.close()
            yield template, page


def _skeleton(source: str) -> Iterator[str]:
    """The template without what the engine fills in, every line break kept."""
    skipping_until = ""
    for token in Lexer(source).tokenize():
        breaks = "\n" * token.contents.count("\n")
        if skipping_until:
            skipping_until = "" if _word(token) == skipping_until else skipping_until
            yield breaks
        elif token.token_type is TokenType.TEXT:
            yield token.contents
        elif token.token_type is TokenType.VAR:
            yield FILLED
        elif token.token_type is TokenType.BLOCK and token.contents in WORDS_FOR_ATTRIBUTES:
            skipping_until = "endblock"
            yield breaks
        elif token.token_type is TokenType.BLOCK:
            if _word(token) in ("blocktranslate", "blocktrans", "comment"):
                skipping_until = f"end{_word(token)}"
            yield FILLED if _word(token) in ("translate", "trans", "blocktranslate", "url") else ""


def _word(token: Token) -> str:
    is_tag = token.token_type is TokenType.BLOCK
    return token.contents.split(maxsplit=1)[0] if is_tag and token.contents.strip() else ""
