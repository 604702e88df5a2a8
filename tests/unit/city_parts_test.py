"""The parts of the demonstration city that can be looked at without a database."""

import struct
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from xuezheng.apps.registry.identity import derive_keys
from xuezheng.kernel.identifiers import parse_identity_number, parse_institution_code
from xuezheng.policy import find_pack, load_pack
from xuezheng.site.city.assumptions import DemonstrationMissing, load_assumptions
from xuezheng.site.city.blueprint import Blueprint, draw_blueprint, draw_rosters
from xuezheng.site.city.children import children_tables
from xuezheng.site.city.classes import Classes
from xuezheng.site.city.copy_binary import encode
from xuezheng.site.city.geography import is_inside
from xuezheng.site.city.identity_numbers import identity_numbers, mobile_numbers, numbered
from xuezheng.site.city.shares import allot, fill, turn_points
from xuezheng.site.city.streams import generator
from xuezheng.site.city.tables import Column, Table, dates, optional_text, text

KEYS = derive_keys("a master secret for tests")


@pytest.fixture(scope="module")
def blueprint() -> Blueprint:
    """The city of one seed."""
    pack = load_pack(find_pack("harbin/2023"))
    return draw_blueprint(pack, load_assumptions(pack.path), "7")


class TestShares:
    """Dividing whole numbers and dating growth."""

    def test_allot_gives_everything_away(self) -> None:
        """Largest remainder: the parts are whole, sum to the total, and respect minima."""
        assert allot(10, [1, 1, 1]) == [4, 3, 3]
        assert allot(7, [5, 0, 1], minimum=1) == [4, 1, 2]
        with pytest.raises(ValueError, match="does not suffice"):
            allot(2, [1, 1, 1], minimum=1)

    def test_fill_stops_at_caps(self) -> None:
        """What passes a cap goes to the others; caps that are all too low are passed by one factor."""
        assert fill(90, np.array([8.0, 1, 1]), np.array([50, 50, 50])).tolist() == [50, 20, 20]
        assert fill(300, np.array([8.0, 1, 1]), np.array([50, 50, 50])).tolist() == [100, 100, 100]

    def test_turn_points_fall_in_their_months(self) -> None:
        """A count that grows by two in February has two days in February."""
        days = turn_points([0, 2, 3], 2023, generator("1", "days"))
        assert [str(day)[:7] for day in days] == ["2023-02", "2023-02", "2023-03"]


class TestIdentityNumbers:
    """Invented numbers of people."""

    def test_they_have_the_right_form_and_are_nobodys(self) -> None:
        """The check digit is right, the sex and the birthday are in it, no two are equal, the area code is unused."""
        born = np.array(["2010-02-28", "2010-02-28", "2010-02-28", "1999-12-31"], "datetime64[D]")
        numbers = identity_numbers(230160, born, np.array([True, True, False, False]))
        texts = [number.decode() for number in numbers]
        assert len(set(texts)) == 4
        assert all(str(parse_identity_number(number)) == number for number in texts)
        assert {number[:6] for number in texts} == {"230160"}
        assert [int(number[16]) % 2 for number in texts] == [1, 1, 0, 0]

    def test_a_full_day_is_refused(self) -> None:
        """An area code has 499 numbers a day and sex; more is an error, never a duplicate."""
        born = np.full(500, np.datetime64("2010-01-01", "D"))
        with pytest.raises(ValueError, match="no numbers left"):
            identity_numbers(230160, born, np.ones(500, bool))

    def test_running_numbers_and_telephones(self) -> None:
        """Running numbers keep their width; invented telephones begin as no operator's do."""
        assert numbered("D", 9, 2, 3).tolist() == [b"D009", b"D010"]
        phones = mobile_numbers(3, generator("1", "phones"))
        assert all(phone.startswith(b"100") and len(phone) == 11 for phone in phones)


class TestBinaryCopy:
    """The binary form of rows."""

    def test_one_row_byte_by_byte(self) -> None:
        """A row is a count of fields, then each field as length and big-endian bytes; -1 marks a missing one."""
        table = Table(
            name="t",
            columns={
                "a": Column(values=np.array([7])),
                "b": Column(values=text(["云溪"])),
                "c": dates([None]),
                "d": Column(values=np.array([1234567])),
            },
        )
        kinds = {"a": "smallint", "b": "character varying", "c": "date", "d": "numeric(10,2)"}
        [chunk] = encode(table, kinds)
        name = "云溪".encode()
        expected = struct.pack(">hih", 4, 2, 7) + struct.pack(">i", len(name)) + name
        expected += struct.pack(">i", -1)
        expected += struct.pack(">i7h", 14, 3, 1, 0, 2, 1, 2345, 6700)
        assert chunk == expected

    def test_shorter_texts_take_no_room(self) -> None:
        """Texts of different lengths and missing ones follow each other without padding."""
        table = Table(name="t", columns={"b": optional_text(["a", None, "abc", ""])})
        [chunk] = encode(table, {"b": "text"})
        fields = [b"\0\0\0\1a", b"\xff\xff\xff\xff", b"\0\0\0\3abc", b"\0\0\0\0"]
        assert chunk == b"".join(b"\0\1" + field for field in fields)

    def test_unknown_types_are_refused(self) -> None:
        """A type of the database without an encoding is an error, not wrong bytes."""
        table = Table(name="t", columns={"b": Column(values=np.array([1]))})
        with pytest.raises(TypeError, match="no binary form"):
            list(encode(table, {"b": "inet"}))


class TestBlueprint:
    """The city before a row is loaded."""

    def test_children_are_as_many_as_the_census_says(self, blueprint: Blueprint) -> None:
        """About 165,000 in kindergarten, 408,000 in primary, 237,000 in junior, 249,000 in senior schools."""
        stages = blueprint.register.pupils_of.sum(axis=0)
        kindergarten, primary, junior, senior, vocational, _ = stages.tolist()
        assert kindergarten == pytest.approx(165_000, rel=0.01)
        assert primary == pytest.approx(408_000, rel=0.02)
        assert junior == pytest.approx(237_000, rel=0.02)
        assert senior + vocational == pytest.approx(249_000, rel=0.03)

    def test_every_division_has_what_it_needs(self, blueprint: Blueprint) -> None:
        """Each has kindergartens, primary, junior and senior schools, a vocational and a special school."""
        needed = {"kindergarten", "primary", "junior", "senior", "vocational", "special"}
        kinds: dict[str, set[str]] = {}
        for sketch in blueprint.register.sketches:
            kinds.setdefault(sketch.division.code, set()).add(sketch.kind)
        assert len(kinds) == 18
        assert all(needed <= found for found in kinds.values())

    def test_codes_and_names_are_invented_and_unique(self, blueprint: Blueprint) -> None:
        """2,400 valid codes with a serial from 9; no two institutions of a division share a name."""
        register = blueprint.register
        codes = [code.decode() for code in register.codes]
        assert len(set(codes)) == 2400
        assert all(parse_institution_code(code)[4] == "9" for code in codes)
        named = {
            (s.division.code, n.zh) for s, n in zip(register.sketches, register.names, strict=True)
        }
        assert len(named) == 2400

    def test_townships_lie_in_their_division(self, blueprint: Blueprint) -> None:
        """Every township's point is inside the boundary of its division."""
        for division in blueprint.divisions:
            points = np.array([(t.longitude, t.latitude) for t in division.townships])
            assert is_inside(points, division.rings).all()

    def test_few_classes_and_schools_are_too_large(self, blueprint: Blueprint) -> None:
        """Some classes of compulsory schooling are over the standard, and eleven schools; the rest are not."""
        classes = blueprint.classes
        limit = np.array([99, 45, 50, 99, 99, 99])[classes.stage]
        assert 0.01 < (classes.pupils > limit).sum() / (limit < 99).sum() < 0.06
        single = np.isin([s.kind for s in blueprint.register.sketches], ["primary", "junior"])
        sizes = blueprint.register.pupils_of.sum(axis=1)
        assert (single & (sizes > 2000)).sum() == 11

    def test_the_year_before_was_more_crowded(self, blueprint: Blueprint) -> None:
        """Its classes have keys of their own, more of them are too large, and three more schools are oversized."""
        now, before = blueprint.classes, blueprint.before
        assert before.school_year == now.school_year - 1
        assert before.key[0] == now.key[-1] + 1
        keys = list(zip(before.place, before.stage, before.grade, before.number, strict=True))
        assert len(set(keys)) == len(keys) == pytest.approx(25_500, rel=0.02)

        def over(classes: Classes) -> tuple[int, int]:
            limit = np.array([99, 45, 50, 99, 99, 99])[classes.stage]
            sizes = np.bincount(classes.place, classes.pupils, 2400)
            kinds = np.array([s.kind for s in blueprint.register.sketches])
            single = np.isin(kinds, ["primary", "junior"])
            return int((classes.pupils > limit).sum()), int((single & (sizes > 2000)).sum())

        classes_now, schools_now = over(now)
        classes_before, schools_before = over(before)
        assert 1.1 * classes_now < classes_before < 2 * classes_now
        assert schools_before == schools_now + 3

    def test_the_same_seed_gives_the_same_city(self, blueprint: Blueprint) -> None:
        """A second drawing with the same seed is equal; another seed gives another city."""
        pack = load_pack(find_pack("harbin/2023"))
        again = draw_blueprint(pack, blueprint.assumptions, "7")
        other = draw_blueprint(pack, blueprint.assumptions, "8")
        assert again.register.names == blueprint.register.names
        assert (again.classes.pupils == blueprint.classes.pupils).all()
        assert other.classes.pupils.tolist() != blueprint.classes.pupils.tolist()


class TestSample:
    """Whose children have files at a small scale."""

    @pytest.mark.parametrize("share", [Fraction(1, 200), Fraction(1, 20), Fraction(1, 3)])
    def test_the_share_of_children_is_met_with_whole_institutions(
        self, blueprint: Blueprint, share: Fraction
    ) -> None:
        """The files add up to the share, and every division has some."""
        rosters = draw_rosters(blueprint, share)
        children = sum(roster.children for roster in rosters)
        assert children == pytest.approx(
            1_055_000 * share, rel=0.25 if share < Fraction(1, 100) else 0.03
        )
        assert all(roster.children for roster in rosters)
        sizes = dict(
            zip(blueprint.register.codes, blueprint.register.pupils_of.sum(axis=1), strict=True)
        )
        for roster in rosters:
            for code in set(roster.codes.tolist()):
                assert roster.pupils[roster.codes == code].sum() == sizes[code]

    def test_all_at_scale_one(self, blueprint: Blueprint) -> None:
        """At scale 1 every class has its children's files."""
        rosters = draw_rosters(blueprint, Fraction(1))
        assert sum(roster.children for roster in rosters) == blueprint.classes.pupils.sum()


class TestChildren:
    """The files of children and guardians."""

    def test_children_fit_their_class_and_have_somebody(self, blueprint: Blueprint) -> None:
        """Ages fit grades, each child has one first guardian, brothers and sisters share theirs, parents are older."""
        roster = draw_rosters(blueprint, Fraction(1, 20))[0]
        students, guardians, links = children_tables(roster, blueprint.assumptions, KEYS, "7")
        assert students.rows == roster.children
        age = (np.datetime64("2023-08-31") - students.columns["birth_date"].values).astype(
            int
        ) / 365.25
        primary = students.columns["stage"].values == b"primary"
        expected = 6 + students.columns["grade"].values - 1
        assert np.quantile((age - expected)[primary], [0.01, 0.98]) == pytest.approx(
            [0, 1], abs=0.05
        )
        first = links.columns["is_primary"].values
        assert (
            np.unique(links.columns["student_id"].values[first]).size
            == students.rows
            == first.sum()
        )
        known = set(guardians.columns["id"].values.tolist())
        assert set(links.columns["guardian_id"].values.tolist()) == known
        shared = np.bincount(links.columns["guardian_id"].values - min(known))
        assert 0.02 < (shared > 1).mean() < 0.25

    def test_cipher_texts_open(self, blueprint: Blueprint) -> None:
        """What is sealed opens with the installation's key, under the row's own number."""
        from xuezheng.apps.registry.identity import decrypt

        roster = draw_rosters(blueprint, Fraction(1, 200))[1]
        students, guardians, _ = children_tables(roster, blueprint.assumptions, KEYS, "7")
        number = students.columns["number"].values[0].decode()
        plain = decrypt(
            students.columns["identity_cipher"].values[0].tobytes(),
            table="student",
            row=number,
            keys=KEYS,
        )
        assert plain.startswith("23016")
        row = str(guardians.columns["id"].values[0])
        phone = guardians.columns["phone_cipher"].values[0].tobytes()
        assert decrypt(phone, table="guardian.phone", row=row, keys=KEYS).startswith("100")


def test_a_pack_without_demonstration_is_named(tmp_path: Path) -> None:
    """The error says which file is missing and what to use."""
    with pytest.raises(DemonstrationMissing) as caught:
        load_assumptions(tmp_path)
    assert "assumptions.yaml" in str(caught.value)
