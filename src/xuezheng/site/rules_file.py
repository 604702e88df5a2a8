"""Rules written as YAML, read as strictly as a policy pack."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xuezheng.kernel.errors import InputError, gettext_noop
from xuezheng.policy.reading import read_yaml


class RulesUnreadable(InputError):
    """A file of rules is not YAML as it is read here."""

    code = "assign.rules_unreadable"
    template = gettext_noop("The rules cannot be read. %(problem)s")


def read_rules(path: Path) -> Any:
    """Read a YAML file into plain values; decimals stay exact.

    Raises:
        RulesUnreadable: With file, line and remedy of the first fault.
    """
    file, problems = read_yaml(path, path.name)
    if problems or file is None:
        raise RulesUnreadable(problem=problems[0].message())
    return file.value
