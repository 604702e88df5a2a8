"""Typed readers of environment variables.

The environment is read once, at start, and only through these readers. A value that cannot be understood stops the
start with a sentence that names the variable, rather than being taken for something else. Every reader also accepts
`NAME_FILE`, the path of a file that holds the value, because secrets belong in files and not in process listings.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NoReturn

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


class SettingError(ValueError):
    """A variable is missing, or holds something that its reader does not accept."""


class Environment:
    """The variables of one process, with a memory of which names the program knows."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = dict(os.environ if variables is None else variables)
        self._known: set[str] = set()

    def text(self, name: str, default: str | None = None) -> str:
        """The value of `name`, or of the file that `name_FILE` points at; `default` when neither is set."""
        value = self.optional_text(name)
        if value is not None:
            return value
        if default is None:
            raise SettingError(
                f"{name} is not set. Set it, or set {name}_FILE to the path of a file that holds it."
            )
        return default

    def optional_text(self, name: str) -> str | None:
        """Like `text`, with None for a variable that is not set."""
        self._known |= {name, f"{name}_FILE"}
        direct, file = self._variables.get(name), self._variables.get(f"{name}_FILE")
        if direct is not None and file is not None:
            raise SettingError(f"Both {name} and {name}_FILE are set. Keep one of them.")
        if file is None:
            return direct
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingError(
                f"{name}_FILE points at {file}, which cannot be read: {error}"
            ) from error

    def flag(self, name: str, *, default: bool) -> bool:
        """A yes or no; anything that is neither is refused."""
        value = self.optional_text(name)
        if value is None:
            return default
        word = value.strip().lower()
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
        return self._refuse(name, value, "yes or no (1, true, yes, on, 0, false, no, off)")

    def whole_number(self, name: str, *, default: int, lowest: int = 0) -> int:
        """A whole number of at least `lowest`."""
        value = self.optional_text(name)
        if value is None:
            return default
        try:
            number = int(value)
        except ValueError:
            self._refuse(name, value, "a whole number")
        if number < lowest:
            self._refuse(name, value, f"a whole number of {lowest} or more")
        return number

    def choice(self, name: str, choices: Iterable[str], *, default: str) -> str:
        """One of `choices`."""
        allowed = tuple(choices)
        value = self.text(name, default)
        if value not in allowed:
            self._refuse(name, value, "one of " + ", ".join(allowed))
        return value

    def words(self, name: str, *, default: tuple[str, ...] = ()) -> list[str]:
        """A list of words separated by commas; empty words are dropped."""
        value = self.optional_text(name)
        if value is None:
            return list(default)
        return [word.strip() for word in value.split(",") if word.strip()]

    def folder(self, name: str, *, default: Path) -> Path:
        """An absolute folder; a relative one counts from the working folder."""
        value = self.optional_text(name)
        return (Path(value).expanduser() if value else default).absolute()

    def refuse_unknown(self, prefix: str) -> None:
        """Stop at a variable that begins with `prefix` and that nothing has asked for: most often a slip of the pen."""
        for name in sorted(self._variables):
            if name.startswith(prefix) and name not in self._known:
                close = difflib.get_close_matches(name, self._known, n=1)
                hint = f" Did you mean {close[0]}?" if close else " Remove it."
                raise SettingError(f"{name} is not a setting of Xuezheng.{hint}")

    @staticmethod
    def _refuse(name: str, value: str, wanted: str) -> NoReturn:
        raise SettingError(f"{name} is {value!r}, but must be {wanted}.")
