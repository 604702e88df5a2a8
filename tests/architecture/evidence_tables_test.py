"""No evidence table carries what names a person."""

import pytest
from django.conf import settings

from xuezheng.evidence import (
    EvidenceColumn,
    EvidenceTable,
    EvidenceTableForbidden,
    check_tables,
    collect_tables,
)

_CODE = EvidenceColumn(name="code", type="text", doc="Code.")
FORBIDDEN = {
    "a name": "SELECT name AS code FROM registry_student ORDER BY id",
    "an identity number": "SELECT identity_cipher AS code FROM registry_student ORDER BY id",
    "a blind index": "SELECT s.identity_index AS code FROM registry_staff s ORDER BY id",
    "a birth date": "SELECT birth_date AS code FROM registry_student ORDER BY id",
    "a student number": "SELECT number AS code FROM registry_student ORDER BY id",
    "a name in a filter": "SELECT stage AS code FROM registry_student WHERE name = 'x' ORDER BY id",
    "everything": "SELECT * FROM registry_division ORDER BY code",
    "no order": "SELECT code FROM registry_division",
    "a change": "DELETE FROM registry_division",
    "other columns": "SELECT code AS key FROM registry_division ORDER BY code",
}


def test_tables_of_all_apps_are_clean() -> None:
    """Every table that an app declares passes the guard, and every column says what it holds."""
    tables = collect_tables(settings.INSTALLED_APPS)
    assert {"institutions", "classes", "students", "staff"} <= {table.name for table in tables}
    for table in tables:
        assert table.doc
        assert all(column.doc for column in table.columns)


@pytest.mark.parametrize("name", FORBIDDEN)
def test_guard_refuses(name: str) -> None:
    """Personal columns are refused under any alias and in any clause."""
    table = EvidenceTable(name="x", doc="X.", sql=FORBIDDEN[name], columns=(_CODE,))
    with pytest.raises(EvidenceTableForbidden, match="may not be published"):
        check_tables([table])
