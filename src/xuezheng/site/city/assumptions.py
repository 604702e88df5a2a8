"""Reads the facts and assumptions of the demonstration city from the pack's folder `demonstration`."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from xuezheng.kernel.errors import PackError, gettext_noop

Words = Mapping[str, str]


class DemonstrationMissing(PackError):
    """A pack has no facts for a demonstration city."""

    code = "city.demonstration_missing"
    template = gettext_noop("The pack has no demonstration city: %(file)s is missing.")
    remedy = gettext_noop("Use a pack with a folder `demonstration`, for example harbin/2023.")


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """The files of the folder, as read.

    Attributes:
        figures: `assumptions.yaml`, by block.
        names: `names.yaml`.
        townships: Rows of `townships.csv`: code, stem_zh, stem_en, name_en, terrain.
    """

    figures: Mapping[str, Any]
    names: Mapping[str, Any]
    townships: tuple[Words, ...]

    def __getitem__(self, block: str) -> Any:
        """Give one block of the figures."""
        return self.figures[block]

    @cached_property
    def today(self) -> date:
        """The day on which the city stands still."""
        today = self.figures["year"]["today"]
        assert isinstance(today, date)
        return today

    @cached_property
    def school_year(self) -> int:
        """The school year of its classes."""
        return int(self.figures["year"]["school_year"])


def load_assumptions(pack_folder: Path) -> Assumptions:
    """Read the folder `demonstration` of a pack.

    Raises:
        DemonstrationMissing: If the pack has none.
    """
    folder = pack_folder / "demonstration"
    return Assumptions(
        figures=_read_yaml(folder / "assumptions.yaml"),
        names=_read_yaml(folder / "names.yaml"),
        townships=tuple(_read_rows(folder / "townships.csv")),
    )


def _read_yaml(path: Path) -> Mapping[str, Any]:
    _must_exist(path)
    content: Mapping[str, Any] = YAML(typ="safe").load(path)
    return content


def _read_rows(path: Path) -> list[Words]:
    _must_exist(path)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _must_exist(path: Path) -> None:
    if not path.is_file():
        raise DemonstrationMissing(file=str(path))
