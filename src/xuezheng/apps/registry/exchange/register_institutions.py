"""Institutions from a sheet."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import connection

from xuezheng.apps.registry.exchange.places import KnownInstitution
from xuezheng.apps.registry.exchange.reading import SheetRow
from xuezheng.apps.registry.exchange.register import Record, Register
from xuezheng.apps.registry.models import Campus, OwnershipPeriod
from xuezheng.kernel.identifiers import InstitutionCode, institution_class

_PLAIN = (
    "name_zh", "name_en", "kind", "ownership", "is_for_profit", "grade_structure", "setting", "parent_id", "address",
    "phone", "opened_on", "is_boarding", "planned_places", "site_area_m2", "building_area_m2", "fixed_assets_fen",
    "greenery_share", "wireless", "established_teacher_posts", "compound_name", "compound_delivered_on", "longitude",
    "latitude",
)  # fmt: skip


class Institutions(Register):
    """The register of institutions."""

    table = "registry_institution"
    key = ("code",)
    fields = ("division_id", "township_id", "closed_on", "wireless_full_on", *_PLAIN)
    subject = "institution"
    texts = frozenset({"name_en", "grade_structure", "address", "phone", "compound_name"})
    defaults: ClassVar = {
        "is_for_profit": False, "is_boarding": False, "wireless": "unknown", "name_en": "", "grade_structure": "",
        "address": "", "phone": "", "compound_name": "",
    }  # fmt: skip

    def record(self, row: SheetRow) -> Record:
        """Turn a row into columns of the institution."""
        code = row.values["code"]
        known = self.places.institutions.get(code)
        record: Record = {"code": code, **self.given(row, _PLAIN)}
        if "division_id" in row.values:
            named = self.places.division(row, "division_id")
            if named is not None:
                record["division_id"] = named
        if known is not None:
            self._check_known(row, known, record)
        elif "division_id" in record and not self.places.scope.covers(
            division=record["division_id"]
        ):
            row.refuse("out_of_scope", "division_id", where=record["division_id"])
        division = record.get("division_id") or (known.division if known is not None else None)
        if row.values.get("township_id") and division:
            record["township_id"] = self.places.township(row, "township_id", division)
        return record

    def _check_known(self, row: SheetRow, known: KnownInstitution, record: Record) -> None:
        if not self.places.scope.covers(division=known.division, institution=known.code):
            row.refuse("out_of_scope", "code", where=known.name)
        elif record.get("division_id", known.division) != known.division:
            row.refuse("division_moves", "division_id", value=known.code, division=known.division)
        self.places.compare_name(row, known, "name_zh")

    def settle(self, row: SheetRow, merged: Record, existing: Record | None) -> None:  # noqa: ARG002
        """Check code against kind, parent, and the rules of the database."""
        code, kind = merged["code"], merged.get("kind")
        allowed = self.rules.code_classes.get(kind or "", ())
        found = institution_class(InstitutionCode(code))
        if kind and found not in allowed:
            row.refuse(
                "code_of_wrong_class",
                "code",
                value=code,
                found=found,
                allowed=", ".join(allowed) or "-",
            )
        parent = merged.get("parent_id")
        if kind == "teaching_point" and not parent:
            row.refuse("parent_needed", "parent_id")
        if merged.get("wireless") != "full":
            merged["wireless_full_on"] = None
        first, last = merged.get("opened_on"), merged.get("closed_on")
        if first and last and last <= first:
            row.refuse(
                "dates_backwards", "opened_on", first=first.isoformat(), last=last.isoformat()
            )
        if parent and (parent not in self.places.institutions or parent == code):
            row.refuse("institution_unknown", "parent_id", value=parent)

    def finish(self, new: Sequence[Record], changed: Sequence[tuple[Record, Record]]) -> None:
        """Give new institutions a main campus and an ownership period; begin a period where ownership changed."""
        Campus.objects.bulk_create(
            Campus(
                institution_id=record["code"],
                number=1,
                name_zh=record["name_zh"],
                address=record["address"],
                longitude=record.get("longitude"),
                latitude=record.get("latitude"),
                is_main=True,
            )
            for record in new
        )
        periods = [(record, record.get("opened_on") or self.today) for record in new]
        moved = [after for before, after in changed if before["ownership"] != after["ownership"]]
        if moved:
            self._end_periods([record["code"] for record in moved])
            periods += [(record, self.today) for record in moved]
        OwnershipPeriod.objects.bulk_create(
            OwnershipPeriod(
                institution_id=record["code"], ownership=record["ownership"], valid_from=since
            )
            for record, since in periods
        )

    def _end_periods(self, codes: list[Any]) -> None:
        current = "institution_id = ANY(%s) AND valid_to IS NULL"
        with connection.cursor() as cursor:
            # A period that would have no day is replaced, not ended.
            cursor.execute(
                f"DELETE FROM registry_ownershipperiod WHERE {current} AND valid_from >= %s",  # noqa: S608
                [codes, self.today],
            )
            cursor.execute(
                f"UPDATE registry_ownershipperiod SET valid_to = %s WHERE {current}",  # noqa: S608
                [self.today, codes],
            )
