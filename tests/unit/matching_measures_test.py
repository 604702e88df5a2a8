"""What a simulation counts, on cohorts small enough to count by hand; and the numbers of a redraw."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from xuezheng.engines.matching.model import (
    Applicant,
    Direction,
    Problem,
    Rules,
    School,
    Seats,
    Siblings,
)
from xuezheng.engines.matching.simulation.measures import (
    FIGURES,
    Outcome,
    distances,
    estimate,
    make_cohort,
    rounded,
    tally,
)
from xuezheng.engines.matching.simulation.redraws import draw_numbers, with_numbers
from xuezheng.kernel.seeded import SeededStream


def person(name: str, division: str, east: int | None, *groups: str) -> Applicant:
    """An applicant on the road through the origin."""
    return Applicant(id=name, division=division, groups=groups, east_metres=east, north_metres=0)


PROBLEM = Problem(
    id="p",
    rules=Rules(),
    schools=(
        School(id="b", seats=(Seats(count=2),), east_metres=3, north_metres=4),
        School(id="a", seats=(Seats(count=2),), east_metres=1000, north_metres=0),
        School(id="c", seats=(Seats(count=2),)),
    ),
    applicants=(
        person("4", "south", None, "g"),
        person("3", "south", 0),
        person("2", "north", 0, "g", "h"),
        person("1", "north", 0),
    ),
)


def outcome(rank: list[int], school: list[int], envy: list[bool]) -> Outcome:
    """Places of the four, in the order of their identifiers."""
    return Outcome(rank=np.array(rank), school=np.array(school), envy=np.array(envy))


def columns_of(by: str, name: str, counted: np.ndarray) -> dict[str, int]:
    """The figures of one category."""
    cohort = make_cohort(PROBLEM)
    place = [(one.by, one.name) for one in cohort.categories].index((by, name))
    return dict(zip(FIGURES, counted[place].tolist(), strict=True))


def test_places_envy_and_moves_are_counted_for_each_category() -> None:
    """First, second, elsewhere and nowhere; better or worse off by the own wishes, elsewhere better than nowhere."""
    base = outcome([2, 2, 0, 0], [0, 0, -1, 0], [False] * 4)
    now = outcome([1, 2, 0, 0], [0, 1, 2, -1], [False, True, True, False])

    counted = tally(make_cohort(PROBLEM), now, base)

    everybody = columns_of("all", "", counted)
    assert {name: everybody[name] for name in FIGURES[:7]} == {
        "first_choice": 1,
        "listed": 2,
        "elsewhere": 1,
        "unassigned": 1,
        "justified_envy": 2,
        "up": 2,
        "down": 1,
    }
    assert columns_of("division", "south", counted)["up"] == 1
    assert columns_of("group", "g", counted)["down"] == 1
    assert columns_of("group", "h", counted)["justified_envy"] == 1


def test_ways_to_school_are_whole_metres() -> None:
    """Straight and rounded down; who or what has no coordinates is left out; the median is the lower one."""
    cohort = make_cohort(PROBLEM)
    assert distances(cohort, np.array([1, 0, 2, 0])).tolist() == [5, 1000, -1, -1]

    counted = tally(cohort, outcome([1, 1, 1, 1], [1, 0, 2, 0], [False] * 4))

    found = columns_of("all", "", counted)
    assert (found["distance_known"], found["distance_mean"], found["distance_median"]) == (
        2,
        503,
        5,
    )
    assert columns_of("division", "south", counted)["distance_known"] == 0


def test_an_interval_is_the_middle_of_the_redraws() -> None:
    """Nearest rank: of 200 redraws the 5th and the 195th; of one, itself."""
    found = estimate(np.array([*range(199, -1, -1)]))
    assert (found.low, found.high, found.mean) == (4, 194, Fraction(199, 2))
    one = estimate(np.array([7]))
    assert (one.low, one.high, one.mean, one.varies) == (7, 7, 7, False)


@pytest.mark.parametrize(
    ("value", "places", "wanted"),
    [(Fraction(1, 8), 2, "0.13"), (Fraction(2), 2, "2.00"), (Fraction(1, 3), 4, "0.3333")],
)
def test_exact_numbers_are_rounded_halves_up(value: Fraction, places: int, wanted: str) -> None:
    """With as many decimals as asked for."""
    assert str(rounded(value, places)) == wanted
    assert rounded(value, places) == Decimal(wanted)


def mix(x: int) -> int:
    """SplitMix64's output function, in plain whole numbers."""
    word = 2**64 - 1
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & word
    x = (x ^ x >> 27) * 0x94D049BB133111EB & word
    return x ^ x >> 31


def test_the_numbers_of_a_redraw_follow_the_documented_rule() -> None:
    """Recomputed in plain whole numbers; another redraw and another seed give others."""
    key = SeededStream("seed", "matching/redraw/3").next_word()
    wanted = [mix((key + place * 0x9E3779B97F4A7C15) % 2**64) for place in range(1, 6)]

    assert draw_numbers(5, seed="seed", redraw=3).tolist() == wanted
    assert draw_numbers(2, seed="seed", redraw=3).tolist() == wanted[:2]
    assert not set(wanted) & set(draw_numbers(5, seed="seed", redraw=4).tolist())
    assert not set(wanted) & set(draw_numbers(5, seed="deed", redraw=3).tolist())


def test_splitmix_is_the_published_one() -> None:
    """The first output of SplitMix64 from state 0, as its authors' code gives it."""
    assert mix(0x9E3779B97F4A7C15) == 0xE220A8397B1DCDAF


def test_numbers_stand_the_right_way_round_and_units_share_theirs() -> None:
    """Where the largest stands first, the complement is given, so that the same person stands first."""
    twins = (Applicant(id="a", unit="u"), Applicant(id="c", unit="u"), Applicant(id="b"))
    numbers = np.array([5, 1, 9], dtype=np.uint64)
    low = Problem(id="p", rules=Rules(siblings=Siblings.TOGETHER), schools=(), applicants=twins)
    high = Problem(id="p", rules=Rules(number_first=Direction.HIGH), schools=(), applicants=twins)

    assert [one.number for one in with_numbers(low, numbers).applicants] == [5, 5, 1]
    found = [one.number for one in with_numbers(high, numbers).applicants]
    assert found == [2**64 - 6, 2**64 - 10, 2**64 - 2]
