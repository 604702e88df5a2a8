"""One definition, two engines: DuckDB and Spark give the same facts and the same figures."""

import gc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xuezheng.apps.registry.evidence import TABLES
from xuezheng.evidence import (
    EvidenceTable,
    Level,
    Snapshot,
    State,
    facts_page,
    facts_table,
    run_indicators,
)
from xuezheng.evidence.pages import FactOrderUnknown, FactsNotFound
from xuezheng.evidence.run import IndicatorUnknown
from xuezheng.evidence.sessions import EngineUnknown
from xuezheng.evidence.snapshot import write_snapshot
from xuezheng.policy import Pack, find_pack, load_pack
from xuezheng.policy.indicators import Aggregation

AS_OF = date(2023, 9, 30)
# Every way to add up, divisors, areas, dates, unknown facts and exclusions are among these.
COMPARED = ["1.1", "1.8", "3.1", "3.5", "7.8"]


def _rows() -> dict[str, list[dict[str, Any]]]:
    """Two divisions, six schools (a nine-year one among them), three kindergartens."""
    divisions = [
        {"code": "230100", "kind": "city", "name_zh": "市", "name_en": "City"},
        {"code": "230102", "kind": "district", "name_zh": "甲区", "name_en": "First"},
        {"code": "230103", "kind": "district", "name_zh": "乙区", "name_en": "Second"},
    ]
    rows: dict[str, list[dict[str, Any]]] = {"divisions": divisions}
    for index in range(9):
        _add_institution(rows, index)
    rows["network_links"] = [
        {"scope": "division", "division_code": "230102", "mbps": 10000, "is_city_network": True,
         "connected_on": date(2023, 5, 1)},
    ]  # fmt: skip
    return rows


def _add_institution(rows: dict[str, list[dict[str, Any]]], index: int) -> None:
    kind = ("primary", "nine_year", "kindergarten")[index % 3]
    code, division = f"{2123900001 + index}", f"23010{2 + index % 2}"
    place = {"institution_code": code, "division_code": division}
    opened = date(2023, 3, index + 1) if index > 5 else date(2010, 9, 1)

    def add(table: str, **row: Any) -> None:
        rows.setdefault(table, []).append({**place, **row})

    add("institutions", kind=kind, ownership="public", opened_on=opened, name_zh=f"第{index}校",
        established_teacher_posts=None if index == 2 else 2)  # fmt: skip
    add("ownership_periods", ownership="public", valid_from=opened)
    add("kitchens", meal_mode="own" if index % 4 else "outside",
        camera_online_on=AS_OF if index % 2 else None)  # fmt: skip
    add("staff_posts", staff_key=index, kind="teacher", is_establishment=True, valid_from=opened)
    for area in (Decimal("333.33"), None if index == 4 else Decimal(100 * index)):
        add("facilities", kind="sports_field", stage="", area_m2=area, facility_number=f"{area}")
    for stage in {"primary": ("primary",), "nine_year": ("primary", "junior")}.get(kind, ()):
        key = 10 * index + len(stage)
        add("classes", class_key=key, school_year=2023, stage=stage, grade=1, class_number=1,
            kind="ordinary", reported_pupils=7)  # fmt: skip
        for child in range(7 if index % 4 else 57):
            add("students", class_key=key, stage=stage, grade=1, entered_on=date(2023, 9, 1),
                preschool_years=None if child == 3 else 3 - (child == index))  # fmt: skip


@pytest.fixture(scope="module")
def pack() -> Pack:
    """Harbin's pack."""
    return load_pack(find_pack("harbin/2023"))


@pytest.fixture
def snapshot(tmp_path: Path, pack: Pack) -> Snapshot:
    """The little city as a snapshot."""
    rows = _rows()

    def read(table: EvidenceTable) -> Iterator[pa.RecordBatch]:
        names = table.schema.names
        data = [{name: row.get(name) for name in names} for row in rows.get(table.name, [])]
        return iter(pa.Table.from_pylist(data, schema=table.schema).to_batches())

    return write_snapshot(
        tables=TABLES, read=read, pack_id=pack.id, pack_hash=pack.hash, folder=tmp_path,
        taken_at=datetime(2023, 9, 30, tzinfo=UTC),
    )  # fmt: skip


# pyspark leaves the sockets of its Arrow streams to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.timeout(240)
def test_duckdb_and_spark_agree(
    snapshot: Snapshot, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every figure and every fact is the same, to the last digit."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    here = run_indicators(snapshot=snapshot, pack=pack, as_of=AS_OF, only=COMPARED)
    there = run_indicators(snapshot=snapshot, pack=pack, as_of=AS_OF, only=COMPARED, engine="spark")
    assert here.results == there.results
    assert {result.state for result in here.results} == set(State)
    files = sorted(path.name for path in (here.folder / "facts").iterdir())
    names = {name.partition("--")[0] for name in files}
    kinds = {reading.aggregation for name in names for reading in pack.indicators[name].readings}
    assert kinds == set(get_args(Aggregation))
    for name in files:
        mine, theirs = (pq.read_table(run.folder / "facts" / name) for run in (here, there))
        assert mine.equals(theirs, check_metadata=True), name
    gc.collect()


def test_facts_can_be_filtered_ordered_and_paged(snapshot: Snapshot, pack: Pack) -> None:
    """A page gives the rows that fit, how many there are, and titles in both languages."""
    run = run_indicators(snapshot=snapshot, pack=pack, as_of=AS_OF, only=["3.6"])
    whole = facts_page(run.folder, "3.6")
    names = [column.name for column in whole.columns]
    assert whole.total == len(whole.rows) == 9
    assert {"institution_zh", "division_zh", "pupils", "size_limit", "state"} <= set(names)
    over = facts_page(run.folder, "3.6", state="fail", order="-pupils")
    assert over.total == sum(result.numerator or 0 for result in [run.result("3.6")])
    assert over.rows[0][names.index("pupils")] == 57
    one = facts_page(run.folder, "3.6", search="第4校")
    assert {row[names.index("institution_zh")] for row in one.rows} == {"第4校"}
    rest = facts_page(run.folder, "3.6", offset=7, limit=5)
    assert (len(rest.rows), rest.total) == (2, 9)
    columns, rows = facts_table(run.folder, "3.6", division="230102")
    assert columns == whole.columns
    assert len(list(rows)) == facts_page(run.folder, "3.6", division="230102").total


def test_what_fails_comes_first_in_the_fields_terms(snapshot: Snapshot, pack: Pack) -> None:
    """Without another order facts go from fail to pass; codes have terms; the definition names its parameters."""
    run = run_indicators(snapshot=snapshot, pack=pack, as_of=AS_OF, only=["3.6"])
    page = facts_page(run.folder, "3.6")
    columns = {column.name: column for column in page.columns}
    states = [row[list(columns).index("state")] for row in page.rows]
    backwards = facts_page(run.folder, "3.6", order="-state")
    assert states == sorted(states)
    assert set(states) == {"fail", "pass"}
    assert backwards.rows[0][list(columns).index("state")] == "pass"
    assert columns["stage"].term("primary", language="zh-hans") == "小学"
    assert columns["stage"].term("primary", language="en") == "Primary"
    assert columns["stage"].term("nursery", language="en") == "nursery"
    assert page.definition is not None
    limits = {one.name: (one.value, one.since) for one in page.definition.parameters}
    assert limits["class_size_limit.primary"] == ("45", "2017-04-19")


def test_what_is_not_there_is_named(snapshot: Snapshot, pack: Pack) -> None:
    """An unknown indicator, reading, column or engine is an error with a way out."""
    run = run_indicators(snapshot=snapshot, pack=pack, as_of=AS_OF, only=["3.6"])
    with pytest.raises(FactsNotFound):
        facts_page(run.folder, "3.6", reading="nope")
    with pytest.raises(FactsNotFound):
        facts_page(run.folder, "../../x", reading="y")
    with pytest.raises(FactOrderUnknown, match="pupils"):
        facts_page(run.folder, "3.6", order="1; DROP TABLE x")
    with pytest.raises(IndicatorUnknown, match="indicators list"):
        run_indicators(snapshot=snapshot, pack=pack, as_of=AS_OF, only=["0.0"])
    with pytest.raises(EngineUnknown, match="duckdb"):
        run_indicators(snapshot=snapshot, pack=pack, as_of=AS_OF, engine="abacus")


def test_every_indicator_speaks_at_every_level(snapshot: Snapshot, pack: Pack) -> None:
    """City and both divisions have a result for each reading, and institutions where they have facts."""
    run = run_indicators(snapshot=snapshot, pack=pack, as_of=AS_OF)
    wanted = {
        (item.id, reading.id) for item in pack.indicators.values() for reading in item.readings
    }
    for level, units in ((Level.CITY, {"230100"}), (Level.DIVISION, {"230102", "230103"})):
        found = {
            (item.indicator_id, item.reading, item.unit_code)
            for item in run.results
            if item.level == level
        }
        assert found == {(*key, unit) for key in wanted for unit in units}
    assert any(item.level == Level.INSTITUTION for item in run.results)
