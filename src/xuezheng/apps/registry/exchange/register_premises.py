"""Classes and facilities from a sheet: both are keyed by their institution."""

from typing import ClassVar

from xuezheng.apps.registry.exchange.reading import SheetRow
from xuezheng.apps.registry.exchange.register import Record, Register


class Classes(Register):
    """The register of classes."""

    table = "registry_schoolclass"
    key = ("institution_id", "school_year", "stage", "grade", "number")
    fields = ("division_id", "campus_id", "kind", "reported_pupils")
    subject = "institution"
    defaults: ClassVar = {"kind": "ordinary"}

    def record(self, row: SheetRow) -> Record:
        """Turn a row into columns of the class."""
        known = self.places.institution(row)
        values = row.values
        record: Record = {name: values[name] for name in self.key} | self.given(
            row, ("reported_pupils",)
        )
        if values.get("kind"):
            record["kind"] = values["kind"]
        if known is None:
            return record
        record["division_id"] = known.division
        self.places.check_stage(row, known, record["stage"], record["grade"])
        if "campus_id" in values:
            record["campus_id"] = self.places.campus(row, known.code)
        return record


class Facilities(Register):
    """The register of rooms and grounds."""

    table = "registry_facility"
    key = ("institution_id", "number")
    fields = (
        "division_id", "campus_id", "name", "kind", "stage", "area_m2", "places", "built_year", "is_multimedia",
        "is_indoor", "in_use_from", "in_use_to",
    )  # fmt: skip
    subject = "institution"
    texts = frozenset({"name", "stage"})
    defaults: ClassVar = {"name": "", "stage": "", "is_multimedia": False, "is_indoor": True}
    _PLAIN = ("name", "kind", "stage", "area_m2", "places", "built_year", "is_multimedia", "is_indoor",
              "in_use_from", "in_use_to")  # fmt: skip

    def record(self, row: SheetRow) -> Record:
        """Turn a row into columns of the facility."""
        known = self.places.institution(row)
        record: Record = {name: row.values[name] for name in self.key} | self.given(
            row, self._PLAIN
        )
        if known is None:
            return record
        record["division_id"] = known.division
        self.places.check_stage(row, known, record.get("stage") or None, None)
        if "campus_id" in row.values:
            record["campus_id"] = self.places.campus(row, known.code)
        return record

    def settle(self, row: SheetRow, merged: Record, existing: Record | None) -> None:  # noqa: ARG002
        """Check that use ends after it begins."""
        first, last = merged.get("in_use_from"), merged.get("in_use_to")
        if first and last and last <= first:
            row.refuse(
                "dates_backwards", "in_use_to", first=first.isoformat(), last=last.isoformat()
            )
