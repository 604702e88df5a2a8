"""How figures are decided: exactly, from facts, and never as if missing were nothing."""

from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest

from xuezheng.evidence.decision import Figure, decide, judge_value
from xuezheng.evidence.dispersion import square_root, unweighted_cv_squared, weighted_cv_squared
from xuezheng.evidence.facts import judged_facts
from xuezheng.evidence.model import Level, Reason, State
from xuezheng.evidence.rollup import Tally, judge_subject, tallies
from xuezheng.evidence.sql import IndicatorQueryRefused, QueryPlace
from xuezheng.policy.indicators import Reading

PLACE = QueryPlace(file="indicators/x.yaml", path="readings[x].query")
PUPILS = [45, 37, 89, 76, 55]
BOOKS = [279, 137, 935, 160, 402]


def reading(aggregation: str, **more: object) -> Reading:
    """A reading with just what a test is about."""
    columns = {"id": "x", "title": {"zh": "甲", "en": "x"}, "query": "SELECT 1"}
    return Reading.model_validate({**columns, "aggregation": aggregation, **more})


def facts(*rows: dict[str, object], of: Reading, limit: str | None = None) -> pa.Table:
    """Judged facts of school A in division D, with what the rows say."""
    blank = dict.fromkeys(name for row in rows for name in row)
    common = {"institution_code": "A", "division_code": "D", "denominator": 1}
    whole = [{**blank, **common, **row} for row in rows]
    table = pa.Table.from_pylist(whole)
    return judged_facts(table, of, limit=Decimal(limit) if limit else None, place=PLACE)


def figure(table: pa.Table, of: Reading, limit: str | None) -> Figure:
    """The figure of the city."""
    tally = next(tally for level, _, tally in tallies(table, of, city="C") if level == Level.CITY)
    return decide(tally, of, Level.CITY, Decimal(limit) if limit else None)


class TestVariation:
    def test_weighs_with_enrolment_around_the_county_mean(self) -> None:
        """The published example prints 0.52; exactly it is 0.5153, and the unweighted form would say 0.4888."""
        weighted = weighted_cv_squared(BOOKS, PUPILS)
        unweighted = unweighted_cv_squared(BOOKS, PUPILS)
        assert weighted is not None
        assert unweighted is not None
        assert round(square_root(weighted), 4) == Decimal("0.5153")
        assert round(square_root(unweighted), 4) == Decimal("0.4888")

    def test_compares_squares_so_that_the_limit_itself_passes(self) -> None:
        """A coefficient of exactly 0.5 is within 0.5, although its root is not a finite decimal in general."""
        cv = reading("weighted_cv", direction="lower")
        assert judge_value(Fraction(1, 4), Decimal("0.5"), cv) == State.PASS
        assert judge_value(Fraction(1, 4) + Fraction(1, 10**30), Decimal("0.5"), cv) == State.FAIL

    def test_is_nothing_without_schools_or_resource(self) -> None:
        """No school, or no resource at all, has no coefficient."""
        assert weighted_cv_squared([], []) is None
        assert weighted_cv_squared([0, 0], [3, 4]) is None

    def test_rolls_up_from_facts(self) -> None:
        """The figure of a division is made from its schools."""
        cv = reading("weighted_cv", direction="lower", decimals=3)
        rows = [
            {"numerator": amount, "denominator": count}
            for amount, count in zip(BOOKS, PUPILS, strict=True)
        ]
        result = figure(facts(*rows, of=cv), cv, "0.50")
        assert result.value is not None
        assert round(result.value, 4) == Decimal("0.5153")
        assert result.state == State.FAIL


class TestNear:
    @pytest.mark.parametrize(
        ("teachers", "state"),
        [
            ("0.8499", State.FAIL),
            ("0.849999", State.FAIL),
            ("0.85", State.NEAR),
            ("0.999999", State.NEAR),
            ("1", State.PASS),
        ],
    )
    def test_begins_exactly_at_the_share(self, teachers: str, state: State) -> None:
        """0.8499 never passes as 0.85: not as a fact, and not as a figure."""
        ratio = reading("ratio", near=Decimal("0.85"))
        table = facts({"numerator": Decimal(teachers)}, of=ratio, limit="1")
        assert table["state"].to_pylist() == [state.value]
        assert figure(table, ratio, "1").state == state

    def test_flags_what_rounding_would_flip(self) -> None:
        """0.996 shown with two digits reads 1.00; the figure says that it did not pass."""
        ratio = reading("ratio", near=Decimal("0.85"))
        table = facts({"numerator": Decimal("0.996")}, of=ratio, limit="1")
        assert table["rounding_flips"].to_pylist() == [True]
        result = figure(table, ratio, "1")
        assert (result.state, result.rounding_flips) == (State.NEAR, True)


class TestRatio:
    def test_never_averages_ratios(self) -> None:
        """Half of 10 and all of 90 is 95 of 100, not 75 percent."""
        ratio = reading("ratio", factor=100)
        table = facts(
            {"numerator": 5, "denominator": 10}, {"numerator": 90, "denominator": 90}, of=ratio
        )
        assert figure(table, ratio, None).value == 95

    def test_divides_shared_assets_exactly(self) -> None:
        """Nine-year school, 166 and 210 pupils, 23,226 items: a unit is 58.504, the primary part 9,711.6."""
        ratio = reading("ratio", decimals=3)
        whole = Decimal(166) + Decimal("1.1") * 210
        parts = [
            {"numerator": 23226 * weight, "denominator": 1, "divisor": whole}
            for weight in (Decimal(1), Decimal(166), Decimal("231.0"))
        ]
        values = [figure(facts(part, of=ratio), ratio, None).value for part in parts]
        assert [round(value, digits) for value, digits in zip(values, (3, 1, 1), strict=True)] == [
            Decimal("58.504"),
            Decimal("9711.6"),
            Decimal("13514.4"),
        ]

    def test_counts_unknown_units_and_decides_where_they_change_nothing(self) -> None:
        """With 100 as the rule, one child short fails whatever the unknown one had."""
        ratio = reading("ratio", factor=100)
        short = facts({"numerator": 1, "denominator": 2, "unknown": 1}, of=ratio)
        full = facts({"numerator": 2, "denominator": 2, "unknown": 1}, of=ratio)
        assert figure(short, ratio, "100").state == State.FAIL
        undetermined = figure(full, ratio, "100")
        assert (undetermined.state, undetermined.unknown) == (State.UNDETERMINED, 1)

    def test_tolerates_what_the_pack_tolerates(self) -> None:
        """One missing fact of eleven is within a tenth."""
        rows = [{"numerator": 1} for _ in range(10)] + [{"numerator": None}]
        strict = reading("ratio")
        lenient = reading("ratio", tolerated_unknown=Decimal("0.1"))
        assert figure(facts(*rows, of=strict), strict, "1").state == State.UNDETERMINED
        assert figure(facts(*rows, of=lenient), lenient, "1").state == State.PASS


class TestSum:
    def test_is_passed_by_what_is_known_or_stays_open(self) -> None:
        """An unknown fact can only add: enough known is enough, too many known is too many."""
        more = reading("sum")
        fewer = reading("sum", direction="lower")
        table = facts({"numerator": 3}, {"numerator": None}, of=more)
        assert figure(table, more, "3").state == State.PASS
        assert figure(table, more, "4").state == State.UNDETERMINED
        assert figure(table, fewer, "2").state == State.FAIL
        assert figure(table, fewer, "3").state == State.UNDETERMINED

    def test_of_nothing_is_zero_only_where_the_reading_says_so(self) -> None:
        """A division without new kindergartens has 0; a division without classes has no figure."""
        empty = facts({"numerator": 1}, of=reading("sum")).slice(0, 0)
        zero = reading("sum", empty_is_zero=True)
        assert [item for item in tallies(empty, zero, city="C") if item[0] == Level.CITY] == []
        assert decide(Tally(), zero, Level.CITY, None).value == 0
        nothing = decide(Tally(), reading("sum"), Level.CITY, Decimal(0))
        assert (nothing.value, nothing.reason) == (None, Reason.NO_FACTS)


class TestSubjects:
    @pytest.mark.parametrize(
        ("states", "verdict"),
        [
            (["pass"] * 7, State.PASS),
            (["pass"] * 6 + ["near"], State.PASS),
            (["pass"] * 6 + ["fail"], State.FAIL),
            (["pass"] * 5 + ["near"] * 2, State.FAIL),
            (["pass"] * 6 + ["undetermined"], State.UNDETERMINED),
            (["pass"] * 6, State.UNDETERMINED),
            (["pass"] * 4 + ["near"] * 2 + ["undetermined"], State.FAIL),
        ],
    )
    def test_need_six_and_the_other_near(self, states: list[str], verdict: State) -> None:
        """Six reported of seven is not a pass: missing is undetermined, never dropped from the seven."""
        assert judge_subject(states, k=6, n=7) == verdict

    def test_weigh_by_school_or_by_pupils(self) -> None:
        """One small school of two passing is half of the schools and a tenth of the pupils."""
        rows = [
            {"institution_code": code, "subject": "primary", "part": part, "numerator": amount,
             "denominator": count, "threshold": 1}
            for code, count, amount in (("A", 10, 10), ("B", 90, 0))
            for part in ("R1", "R2")
        ]  # fmt: skip
        schools = reading("k_of_n", k=2, n=2, factor=100)
        pupils = reading("k_of_n", k=2, n=2, factor=100, weight="denominators")
        assert figure(facts(*rows, of=schools), schools, None).value == 50
        assert figure(facts(*rows, of=pupils), pupils, None).value == 10


class TestFacts:
    def test_with_a_float_are_refused(self) -> None:
        """A float in a numerator would make the verdict depend on rounding."""
        with pytest.raises(IndicatorQueryRefused, match="float"):
            facts({"numerator": 0.1}, of=reading("ratio"))

    def test_that_are_excluded_do_not_count(self) -> None:
        """An excluded fact is shown with its reason and left out of the figure."""
        ratio = reading("ratio")
        table = facts({"numerator": 1}, {"numerator": 0, "exclusion": "small"}, of=ratio)
        result = figure(table, ratio, "1")
        assert (result.state, result.facts, result.excluded) == (State.PASS, 1, 1)
