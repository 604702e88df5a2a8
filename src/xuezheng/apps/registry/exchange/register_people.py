"""Students and staff from a sheet: identity numbers are indexed and encrypted, transfers stay within the scope."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import connection

from xuezheng.apps.registry import identity
from xuezheng.apps.registry.exchange.reading import SheetRow
from xuezheng.apps.registry.exchange.register import Key, Record, Register
from xuezheng.kernel.identifiers import IdentityNumber, identity_birth_date


class People(Register):
    """What the registers of students and of staff share."""

    key = ("number",)
    identity_table: ClassVar[str]
    _plain: ClassVar[tuple[str, ...]]

    def __init__(self, *args: Any, **options: Any) -> None:
        """Begin without identity numbers seen."""
        super().__init__(*args, **options)
        self._index_row: dict[bytes, int] = {}  # of the whole file
        self._holders: dict[
            bytes, str
        ] = {}  # of the chunk: index to number of the person who has it
        # Of the chunk: index under any key, while one is being changed, to the index under the first.
        self._first_index: dict[bytes, bytes] = {}
        self._numbers: dict[str, str] = {}  # of the chunk: number to identity number in clear

    def prepare(self, rows: Sequence[SheetRow]) -> None:
        """Index the identity numbers of a chunk and find who has them already."""
        super().prepare(rows)
        with_number = [row for row in rows if row.values.get("identity_number")]
        self._numbers, self._first_index = {}, {}
        for row in with_number:
            index, *older = identity.blind_indexes(row.values["identity_number"])
            self._first_index |= dict.fromkeys((index, *older), index)
            row.values["identity_index"] = index
            self._numbers[row.values.get("number", "")] = row.values["identity_number"]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT identity_index, number FROM {self.table} "  # noqa: S608 - names of ours
                "WHERE identity_index = ANY(%s) AND left_on IS NULL",
                [list(self._first_index)],
            )
            self._holders = {
                self._first_index[bytes(index)]: number for index, number in cursor.fetchall()
            }

    def existing(self, records: Sequence[Record], *, lock: bool) -> dict[Key, Record]:
        """Read the people that are there already; bytes as bytes."""
        found = super().existing(records, lock=lock)
        for record in found.values():
            for name in ("identity_cipher", "identity_index"):
                if record[name] is not None:
                    record[name] = bytes(record[name])
        return found

    def record(self, row: SheetRow) -> Record:
        """Turn a row into columns of the person."""
        record: Record = {"number": row.values["number"], **self.given(row, self._plain)}
        index = row.values.get("identity_index")
        if index is not None:
            self._check_identity(row, record, index)
            record["identity_index"] = index
        known = self.places.institution(row)
        if known is not None:
            record |= {"institution_id": known.code, "division_id": known.division}
        return record

    def _check_identity(self, row: SheetRow, record: Record, index: bytes) -> None:
        number = IdentityNumber(row.values["identity_number"])
        if record.get("birth_date", identity_birth_date(number)) != identity_birth_date(number):
            row.refuse("identity_birth_differs", "birth_date")
        first = self._index_row.setdefault(index, row.number)
        if first != row.number:
            row.refuse("duplicate_in_file", "identity_number", row=first)
        if self._holders.get(index, record["number"]) != record["number"]:
            row.refuse("identity_taken", "identity_number")

    def settle(self, row: SheetRow, merged: Record, existing: Record | None) -> None:
        """Refuse people who left or who are registered outside the scope."""
        if existing is None:
            return
        index = existing["identity_index"]
        if index is not None and self._first_index.get(index) == merged["identity_index"]:
            merged["identity_index"] = index  # the same number under an older key is no change
        if existing["left_on"] is not None:
            row.refuse("person_left", "number", left_on=existing["left_on"].isoformat())
        inside = self.places.scope.covers(
            division=existing["division_id"], institution=existing["institution_id"]
        )
        if not inside:
            # The name of the other school would tell where a child is; the division is enough to ask there.
            row.refuse("transfer_from_elsewhere", "number", where=existing["division_id"])

    def seal(self, records: Sequence[tuple[Record, Record | None]]) -> None:
        """Encrypt the identity numbers of records whose number is new or changed."""
        wanted = [
            after
            for after, before in records
            if after["number"] in self._numbers and _is_other(after, before)
        ]
        numbers = [after["number"] for after in wanted]
        ciphers = identity.encrypt_many(
            table=self.identity_table,
            rows=numbers,
            numbers=[self._numbers[number] for number in numbers],
        )
        for after, cipher in zip(wanted, ciphers, strict=True):
            after["identity_cipher"] = cipher


def _is_other(after: Mapping[str, Any], before: Mapping[str, Any] | None) -> bool:
    return before is None or before["identity_index"] != after["identity_index"]


class Students(People):
    """The register of students."""

    table = "registry_student"
    identity_table = subject = "student"
    fields = (
        "name", "sex", "birth_date", "identity_cipher", "identity_index", "division_id", "institution_id",
        "school_class_id", "stage", "grade", "household_division_id", "residence", "is_boarder", "is_migrant",
        "is_left_behind", "has_disability", "preschool_years", "entered_on", "left_on",
    )  # fmt: skip
    defaults: ClassVar = {
        "is_boarder": False, "is_migrant": False, "is_left_behind": False, "has_disability": False,
    }  # fmt: skip
    personal = frozenset(
        {"name", "sex", "birth_date", "identity_cipher", "identity_index", "household_division_id", "residence",
         "has_disability", "is_left_behind"}
    )  # fmt: skip
    _plain = (
        "name", "sex", "birth_date", "stage", "grade", "residence", "is_boarder", "is_migrant", "is_left_behind",
        "has_disability", "preschool_years", "entered_on",
    )  # fmt: skip

    def record(self, row: SheetRow) -> Record:
        """Turn a row into columns of the student, the class by its key."""
        record = super().record(row)
        if "household_division_id" in row.values:
            record["household_division_id"] = self.places.division(
                row, "household_division_id", anywhere=True
            )
        code = record.get("institution_id")
        if code is None:
            return record
        known = self.places.institutions[code]
        fits = self.places.check_stage(row, known, record.get("stage"), record.get("grade"))
        if fits and row.values.get("class_number") is not None:
            record["school_class_id"] = self.places.class_id(
                row, code, record["stage"], record["grade"]
            )
        return record

    def settle(self, row: SheetRow, merged: Record, existing: Record | None) -> None:
        """Beside what holds for people: a class never stays behind when the place changes."""
        super().settle(row, merged, existing)
        place = ("institution_id", "stage", "grade")
        moved = existing is not None and any(existing[name] != merged[name] for name in place)
        if moved and row.values.get("class_number") is None:
            merged["school_class_id"] = None


class StaffRegister(People):
    """The register of staff, and the post that a row names."""

    table = "registry_staff"
    identity_table = subject = "staff"
    fields = (
        "name", "sex", "birth_date", "identity_cipher", "identity_index", "division_id", "institution_id",
        "employment", "is_full_time", "education", "professional_title", "backbone_level", "joined_on", "left_on",
    )  # fmt: skip
    texts = frozenset({"professional_title", "backbone_level"})
    defaults: ClassVar = {"is_full_time": True, "professional_title": "", "backbone_level": ""}
    personal = frozenset({"name", "sex", "birth_date", "identity_cipher", "identity_index"})
    _plain = (
        "name", "sex", "birth_date", "employment", "is_full_time", "education", "professional_title",
        "backbone_level", "joined_on",
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        """Begin without posts."""
        super().__init__(*args, **options)
        self._posts: dict[str, tuple[str, str, str]] = {}
        self._heads: dict[str, str] = {}

    def prepare(self, rows: Sequence[SheetRow]) -> None:
        """Read who heads the institutions of a chunk."""
        super().prepare(rows)
        codes = list(
            {row.values["institution_id"] for row in rows if "institution_id" in row.values}
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT p.institution_id, s.number FROM registry_staffpost p JOIN registry_staff s ON s.id = p.staff_id "
                "WHERE p.kind = 'head' AND p.valid_to IS NULL AND p.institution_id = ANY(%s)",
                [codes],
            )
            self._heads = dict(cursor.fetchall()) | self._heads

    def settle(self, row: SheetRow, merged: Record, existing: Record | None) -> None:
        """Beside what holds for people: one head an institution."""
        super().settle(row, merged, existing)
        post = row.values.get("post")
        if not post or row.problems:
            return
        code, number = merged["institution_id"], merged["number"]
        if post == "head" and self._heads.setdefault(code, number) != number:
            row.refuse("head_taken", "post", institution=code)
            return
        self._posts[number] = (
            post,
            row.values.get("post_stage") or "",
            row.values.get("post_subject") or "",
        )

    def finish(self, new: Sequence[Record], changed: Sequence[tuple[Record, Record]]) -> None:
        """End posts at institutions that people left, and give each the post that its row names."""
        with connection.cursor() as cursor:
            moved = [
                after["number"]
                for before, after in changed
                if before["institution_id"] != after["institution_id"]
            ]
            cursor.execute(
                "UPDATE registry_staffpost p SET valid_to = %s FROM registry_staff s WHERE s.id = p.staff_id "
                "AND s.number = ANY(%s) AND p.valid_to IS NULL AND p.institution_id <> s.institution_id "
                "AND p.valid_from < %s",
                [self.today, moved, self.today],
            )
            cursor.execute(
                "DROP TABLE IF EXISTS staging_post; CREATE TEMPORARY TABLE staging_post "
                "(number text, kind text, stage text, subject text) ON COMMIT DROP"
            )
            with cursor.copy("COPY staging_post FROM STDIN") as copy:
                for number, post in self._posts.items():
                    copy.write_row((number, *post))
            cursor.execute(_UPDATE_POSTS)
            cursor.execute(_INSERT_POSTS, [[record["number"] for record in new], self.today])


_OPEN_POST = "p.staff_id = s.id AND p.institution_id = s.institution_id AND p.kind = g.kind AND p.valid_to IS NULL"
_UPDATE_POSTS = (
    "UPDATE registry_staffpost p SET stage = g.stage, subject = g.subject "  # noqa: S608 - no value inside
    f"FROM staging_post g JOIN registry_staff s ON s.number = g.number WHERE {_OPEN_POST} "
    "AND (p.stage, p.subject) IS DISTINCT FROM (g.stage, g.subject) AND (g.stage <> '' OR g.subject <> '')"
)
_INSERT_POSTS = (
    "INSERT INTO registry_staffpost "  # noqa: S608 - no value inside
    "(staff_id, institution_id, division_id, kind, stage, subject, is_establishment, valid_from) "
    "SELECT s.id, s.institution_id, s.division_id, g.kind, g.stage, g.subject, s.employment = 'establishment', "
    "CASE WHEN s.number = ANY(%s) THEN s.joined_on ELSE %s::date END "
    "FROM staging_post g JOIN registry_staff s ON s.number = g.number "
    f"WHERE NOT EXISTS (SELECT 1 FROM registry_staffpost p WHERE {_OPEN_POST})"
)
