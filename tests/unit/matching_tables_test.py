"""Problems from CSV: the same problem as from JSON, and every fault with file, row and column."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from xuezheng.engines.matching.documents.tables import Table, TableInvalid, read_tables
from xuezheng.engines.matching.model import (
    Applicant,
    Lock,
    Minimum,
    Problem,
    School,
    Seats,
    Step,
    Tier,
)

SCHOOLS = """\
id,name,division,stage,kind,seats,reserved_for,seats_division,unfilled,minimum_key,minimum_at_least
A,柳岸小学,east,primary,quota,2,"g1; g2",east,division；all,score,600.5
A,,,,,3,,,,,
B,,,,,1,,,,,
"""
APPLICANTS = """\
id,choices,choices:second,key:score,number,tiers_at,locks,groups,unit,east_metres
c1,A;B,,612.5,0x1f,A=staff;A=sibling,A@2021;B@2020:sibling,g1,twins,-40
c2,,B,,7,,,,,
"""
RULES = {"id": "p", "rules": {}}


def read(schools: str = SCHOOLS, applicants: str = APPLICANTS, rules: Any = RULES) -> Problem:
    """Read two tables."""
    return read_tables(
        rules,
        rules_source="rules.yaml",
        schools=Table(source="schools.csv", data=schools.encode()),
        applicants=Table(source="applicants.csv", data=applicants.encode()),
    )


def test_the_cells_become_a_problem() -> None:
    """Rows of one school are its pools in their order; prefixed columns are keys and lists of filings."""
    found = read()

    assert found.schools == (
        School(
            id="A",
            name="柳岸小学",
            division="east",
            stage="primary",
            seats=(
                Seats(
                    kind="quota",
                    count=2,
                    reserved_for=("g1", "g2"),
                    division="east",
                    unfilled=(Step.DIVISION, Step.ALL),
                    minimum=Minimum(key="score", at_least=Decimal("600.5")),
                ),
                Seats(count=3),
            ),
        ),
        School(id="B", seats=(Seats(count=1),)),
    )
    assert found.applicants == (
        Applicant(
            id="c1",
            choices=("A", "B"),
            keys={"score": Decimal("612.5")},
            number=31,
            tiers_at={"A": ("staff", "sibling")},
            locks=(
                Lock(school="A", since_year=2021),
                Lock(school="B", since_year=2020, sibling=True),
            ),
            groups=("g1",),
            unit="twins",
            east_metres=-40,
        ),
        Applicant(id="c2", filings={"second": ("B",)}, number=7),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_what_spreadsheets_save_is_read(encoding: str) -> None:
    """UTF-8 with and without mark, and GB 18030, with the line ends of Windows."""
    data = SCHOOLS.replace("\n", "\r\n").replace("柳岸", "柳\u2028岸").encode(encoding)
    found = read_tables(
        RULES,
        rules_source="rules.yaml",
        schools=Table(source="schools.csv", data=data),
        applicants=Table(source="applicants.csv", data=APPLICANTS.encode()),
    )

    assert found.schools[0].name == "柳\u2028岸小学"
    assert found.schools[1:] == read().schools[1:]
    assert found.applicants == read().applicants


@pytest.mark.parametrize(
    ("schools", "applicants", "place", "why"),
    [
        ("id,seats\nA,many\n", APPLICANTS, "schools.csv, row 2, column seats", "many is not"),
        ("id,seats\nA,\n", APPLICANTS, "schools.csv, row 2, column seats", "the cell is empty"),
        ("id,seats\n,3\n", APPLICANTS, "schools.csv, row 2, column id", "the cell is empty"),
        ("id,seat\nA,3\n", APPLICANTS, "schools.csv, row 1, column seat", "no such column"),
        ("id,id\nA,3\n", APPLICANTS, "schools.csv, row 1, column id", "stands twice"),
        (
            "id,seats,tiers\nA,1,a@b\n",
            APPLICANTS,
            "schools.csv, row 2, column tiers",
            "b is not known",
        ),
        ("id\nA\n", APPLICANTS, "schools.csv, row 1, column seats", "the column is missing"),
        (
            "id,seats,minimum_at_least\nA,1,600\n",
            APPLICANTS,
            "schools.csv, row 2, column minimum_key",
            "the cell is empty",
        ),
        ("name\nA\n", APPLICANTS, "schools.csv, row 1, column id", "the column is missing"),
        ("", APPLICANTS, "schools.csv, row 1, column -", "the file is empty"),
        (
            "id,seats,unfilled\nA,1,some\n",
            APPLICANTS,
            "schools.csv, row 2, column unfilled",
            "some is not known",
        ),
        (
            "id,seats,division\nA,1,east\nA,1,west\n",
            APPLICANTS,
            "schools.csv, row 3, column division",
            "differs from row 2",
        ),
        (SCHOOLS, "id,number\nc1,0xq\n", "applicants.csv, row 2, column number", "0xq"),
        (SCHOOLS, "id,key:s\nc1,1e5\n", "applicants.csv, row 2, column key:s", "1e5"),
        (SCHOOLS, "id,key:\nc1,1\n", "applicants.csv, row 1, column key:", "no such column"),
        (SCHOOLS, "id,unit\nc1\n", "applicants.csv, row 2, column -", "1 cells and the heading 2"),
        (SCHOOLS, "id,locks\nc1,A\n", "applicants.csv, row 2, column locks", "first@second"),
        (SCHOOLS, "id,locks\nc1,A@x\n", "applicants.csv, row 2, column locks", "x is not known"),
        (SCHOOLS, "id,locks\nc1,A@2_0\n", "applicants.csv, row 2, column locks", "2_0 is not"),
        (SCHOOLS, 'id\n"c1\n', "applicants.csv, row 2, column -", "parted into cells"),
    ],
)
def test_a_fault_names_file_row_and_column(
    schools: str, applicants: str, place: str, why: str
) -> None:
    """Rows count as the spreadsheet shows them."""
    with pytest.raises(TableInvalid) as caught:
        read(schools, applicants)

    assert str(caught.value).startswith(place)
    assert why in str(caught.value)


def test_lines_that_end_as_on_old_macintoshes_are_read() -> None:
    """A spreadsheet can save so: a carriage return alone ends a row."""
    assert read(SCHOOLS.replace("\n", "\r"), APPLICANTS.replace("\n", "\r")) == read()


def test_bytes_of_no_encoding_are_refused() -> None:
    """A spreadsheet file with the wrong ending is no CSV."""
    with pytest.raises(TableInvalid, match="neither UTF-8 nor GB 18030"):
        read_tables(
            RULES,
            rules_source="rules.yaml",
            schools=Table(source="schools.csv", data=b"\xff\xff\xff"),
            applicants=Table(source="applicants.csv", data=b"id\n"),
        )


def test_rules_beside_tables_hold_no_people() -> None:
    """Entries in both places would leave open which count."""
    with pytest.raises(TableInvalid, match=r"rules\.yaml.*applicants: it must not stand here"):
        read(rules={"id": "p", "rules": {}, "applicants": []})


def test_a_school_may_have_tiers_of_its_own() -> None:
    """Best first, those of the catchment marked; an empty cell leaves the list of division or rules in force."""
    found = read(schools="id,seats,tiers\nA,1,sibling;near@catchment\nB,1,\n").schools

    assert found[0].tiers == (Tier(name="sibling"), Tier(name="near", needs_catchment=True))
    assert found[1].tiers is None


def test_empty_rows_are_passed_over() -> None:
    """Spreadsheets leave empty rows at the end."""
    assert read(applicants=APPLICANTS + ",,,,,,,,,\n\n") == read()
