"""Snapshots: taken from PostgreSQL in one transaction, the same bytes for the same data, and found out when altered."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connection
from typer.testing import CliRunner

from xuezheng.apps.registry.models import Division, Facility, Institution, SchoolClass, Student
from xuezheng.evidence import (
    Snapshot,
    SnapshotDamaged,
    SnapshotNotFound,
    collect_tables,
    find_snapshot,
    list_snapshots,
    run_indicators,
    take_snapshot,
    verify_run,
    verify_snapshot,
)
from xuezheng.evidence.snapshot import LabelMalformed, SnapshotExists
from xuezheng.policy import find_pack, load_pack
from xuezheng.site.commands import snapshot as snapshot_commands

pytestmark = pytest.mark.django_db(transaction=True)

TAKEN_AT = datetime(2023, 9, 30, 16, 0, tzinfo=UTC)


@pytest.fixture
def school() -> Institution:
    """A primary school with one class of two children, one of whom left."""
    city = Division.objects.create(code="230100", kind="city", name_zh="市", name_en="City")
    district = Division.objects.create(
        code="230102", kind="district", name_zh="区", name_en="District", parent=city
    )
    school = Institution.objects.create(
        code="2123900001", division=district, name_zh="某小学", kind="primary", ownership="public",
        setting="urban",
    )  # fmt: skip
    group = SchoolClass.objects.create(
        division=district, institution=school, school_year=2023, stage="primary", grade=1, number=1
    )
    for number, left in (("S1", None), ("S2", date(2023, 9, 15))):
        Student.objects.create(
            number=number, name="张三", sex="f", birth_date=date(2017, 1, 1), division=district,
            institution=school, school_class=group, stage="primary", grade=1, residence="urban",
            preschool_years=3, entered_on=date(2023, 9, 1), left_on=left,
        )  # fmt: skip
    Facility.objects.create(
        institution=school, division=district, number="101", kind="classroom", area_m2="61.25"
    )
    return school


@pytest.fixture
def snapshot(school: Institution, tmp_path: Path) -> Snapshot:
    """A snapshot of that city."""
    return taken(tmp_path / "snapshots", "first")


def taken(folder: Path, label: str) -> Snapshot:
    """Take a snapshot of the test database."""
    address = connection.settings_dict
    url = (
        f"postgresql://{address['USER']}:{address['PASSWORD']}@/{address['NAME']}"
        f"?host={address['HOST']}&port={address['PORT']}"
    )
    return take_snapshot(
        database_url=url,
        tables=collect_tables(settings.INSTALLED_APPS),
        pack_id="harbin/2023",
        pack_hash="0" * 64,
        folder=folder,
        taken_at=TAKEN_AT,
        label=label,
    )


def test_holds_the_rows_in_their_declared_types(snapshot: Snapshot) -> None:
    """Decimals arrive as decimals, dates as dates, and the manifest counts the rows."""
    facility = pq.read_table(snapshot.folder / "facilities.parquet").to_pylist()[0]
    assert str(facility["area_m2"]) == "61.25"
    assert pq.read_table(snapshot.folder / "students.parquet").num_rows == 2
    assert {file.name: file.rows for file in snapshot.files}["students"] == 2
    assert verify_snapshot(snapshot.folder, expected_hash=snapshot.hash) == snapshot


def test_holds_nothing_that_names_a_person(snapshot: Snapshot) -> None:
    """No byte of the folder spells the name or the number of a child."""
    for path in snapshot.folder.rglob("*.parquet"):
        cells = json.dumps(pq.read_table(path).to_pylist(), default=str, ensure_ascii=False)
        assert "张三" not in cells
        assert "S1" not in cells


def test_gives_the_same_bytes_for_the_same_data(snapshot: Snapshot) -> None:
    """Two snapshots of one state differ in nothing but their label."""
    again = taken(snapshot.folder.parent, "second")
    assert [file.sha256 for file in again.files] == [file.sha256 for file in snapshot.files]
    assert again.hash != snapshot.hash
    assert {item.name for item in list_snapshots(snapshot.folder.parent)} == {
        again.name,
        snapshot.name,
    }
    assert find_snapshot(snapshot.folder.parent, again.hash[:12]) == again


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda folder: _flip(folder / "classes.parquet"), "classes.parquet has other content"),
        (lambda folder: (folder / "staff.parquet").unlink(), "staff.parquet is missing"),
        (lambda folder: (folder / "more.txt").write_text("x"), "more.txt is not in the manifest"),
        (
            lambda folder: (folder / "kitchens.parquet").write_bytes(b"PAR1"),
            "kitchens.parquet has",
        ),
        (
            lambda folder: (folder / "manifest.json").write_text(
                (folder / "manifest.json").read_text().replace("harbin/2023", "harbin/2024")
            ),
            "manifest.json was altered",
        ),
        (lambda folder: (folder / "manifest.json").write_text("{"), "manifest.json cannot be read"),
    ],
    ids=["one byte", "missing", "extra", "shorter", "manifest", "no manifest"],
)
def test_names_the_file_that_was_changed(snapshot: Snapshot, harm: object, message: str) -> None:
    """One changed byte, a missing or extra file, or an altered manifest is named."""
    assert callable(harm)
    harm(snapshot.folder)
    with pytest.raises(SnapshotDamaged, match=message):
        verify_snapshot(snapshot.folder)


def test_finds_a_rewritten_manifest_by_the_published_hash(snapshot: Snapshot) -> None:
    """Who rewrites files and manifest together is found by the hash that was published elsewhere."""
    with pytest.raises(SnapshotDamaged, match="not the published"):
        verify_snapshot(snapshot.folder, expected_hash="f" * 64)


def test_leaves_nothing_behind_when_it_fails(school: Institution, tmp_path: Path) -> None:
    """A label that cannot be a folder name, or a moment that is taken, writes nothing."""
    with pytest.raises(LabelMalformed):
        taken(tmp_path, "../x")
    taken(tmp_path, "a")
    with pytest.raises(SnapshotExists):
        taken(tmp_path, "a")
    assert len(list(tmp_path.iterdir())) == 1
    with pytest.raises(SnapshotNotFound, match="snapshot list"):
        find_snapshot(tmp_path, "nowhere")


def test_figures_follow_from_the_snapshot_alone(snapshot: Snapshot) -> None:
    """The child that left does not count; the run is kept, read again, and checked byte for byte."""
    pack = load_pack(find_pack("harbin/2023"))
    run = run_indicators(snapshot=snapshot, pack=pack, as_of=date(2023, 9, 30), only=["1.8", "3.6"])
    assert run.result("1.8").denominator == 1
    assert run.result("3.6").state == "pass"
    again = run_indicators(
        snapshot=snapshot, pack=pack, as_of=date(2023, 9, 30), only=["1.8", "3.6"]
    )
    assert again == run
    assert verify_run(run.folder) == run
    verify_snapshot(snapshot.folder)
    _flip(run.folder / "results.parquet")
    with pytest.raises(SnapshotDamaged, match=r"results\.parquet"):
        verify_run(run.folder)


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of the test's own."""
    monkeypatch.setitem(os.environ, "XUEZHENG_DATA", str(tmp_path))
    return tmp_path


def test_commands_list_and_verify(snapshot: Snapshot, own_data: Path) -> None:
    """The command line lists a snapshot, says that it is whole, and names what is not."""
    runner = CliRunner()
    listed = runner.invoke(snapshot_commands.app, ["list"])
    assert snapshot.name[:8] in listed.output
    assert runner.invoke(snapshot_commands.app, ["verify"]).exit_code == 0
    _flip(snapshot.folder / "classes.parquet")
    failed = runner.invoke(snapshot_commands.app, ["verify"])
    assert isinstance(failed.exception, SnapshotDamaged)
