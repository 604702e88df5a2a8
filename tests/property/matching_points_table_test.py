"""What holds for the points of every family."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from xuezheng.engines.matching.points.model import (
    Counts,
    Evidence,
    Person,
    PointsGroup,
    PointsItem,
    PointsTable,
    Rounding,
)
from xuezheng.engines.matching.points.solve import count_points

BEGIN = date(2024, 1, 1)
EVIDENCE_DAY = date(2026, 7, 20)


@st.composite
def tables(draw: st.DrawFn) -> PointsTable:
    """Make a table that counts days and months of one kind, and two homes that exclude each other."""
    caps = st.none() | st.integers(0, 12).map(Decimal)
    rate = st.integers(0, 50).map(lambda tenths: Decimal(tenths) / 10)
    items = [
        PointsItem(
            id=f"{counts.value}_{person.value}",
            evidence="residence",
            points=draw(rate),
            counts=counts,
            person=person,
            parts_per_year=parts,
            whole_years=draw(st.booleans()),
            above_years=Decimal(draw(st.integers(0, 1))),
            cap=draw(caps),
        )
        for counts, parts in ((Counts.DAY, 365), (Counts.MONTH, 12))
        for person in Person
    ]
    homes = [
        PointsItem(id=name, points=draw(rate), only_one_of="home") for name in ("own", "rental")
    ]
    return PointsTable(
        id="t",
        evidence_day=EVIDENCE_DAY,
        base=Decimal(draw(st.integers(0, 30))),
        cap=draw(caps),
        digits=draw(st.integers(0, 3)),
        rounding=draw(st.sampled_from(Rounding)),
        groups=(
            PointsGroup(id="time", items=tuple(items), cap=draw(caps)),
            PointsGroup(id="home", items=tuple(homes)),
        ),
    )


@st.composite
def proofs(draw: st.DrawFn) -> list[Evidence]:
    """Make up to five periods and perhaps a home."""
    found = []
    for _ in range(draw(st.integers(0, 5))):
        first = BEGIN + timedelta(days=draw(st.integers(0, 1000)))
        last = first + timedelta(days=draw(st.integers(0, 400)))
        person = draw(st.sampled_from(Person))
        found.append(Evidence(kind="residence", first=first, last=last, person=person))
    homes = draw(st.lists(st.sampled_from(["own", "rental"]), max_size=2, unique=True))
    return found + [Evidence(kind=home) for home in homes]


@given(tables(), proofs(), st.randoms(use_true_random=False))
def test_the_order_of_evidence_does_not_matter(
    table: PointsTable, evidence: list[Evidence], random: object
) -> None:
    """Shuffled, every line and note is the same."""
    mixed = list(evidence)
    random.shuffle(mixed)  # type: ignore[attr-defined]

    assert count_points(table, mixed) == count_points(table, evidence)


@given(tables(), proofs())
def test_durations_are_those_of_a_calendar_ticked_day_by_day(
    table: PointsTable, evidence: list[Evidence]
) -> None:
    """Every day and every month is looked at; caps hold; the total adds up."""
    result = count_points(table, evidence)

    for person in Person:
        ticked = {
            day
            for one in evidence
            if one.first and one.last and one.person is person
            for offset in range((one.last - one.first).days + 1)
            if (day := one.first + timedelta(days=offset)) <= EVIDENCE_DAY
        }
        months = {(day.year, day.month) for day in ticked}
        whole = [
            month
            for month in months
            if all(
                day in ticked
                for offset in range(31)
                if (day := date(*month, 1) + timedelta(days=offset)).month == month[1]
            )
        ]
        lines = {line.item: line.quantity for line in result.lines}
        assert lines[f"day_{person.value}"] == len(ticked)
        assert lines[f"month_{person.value}"] == len(whole)
    by_group = {group.group: group.points for group in result.groups}
    whole_total = table.base + sum(by_group.values())
    assert result.total == (whole_total if table.cap is None else min(table.cap, whole_total))
    assert sum(line.points > 0 for line in result.lines if line.group == "home") <= 1


@given(tables(), proofs(), proofs())
def test_more_evidence_never_costs_points(
    table: PointsTable, evidence: list[Evidence], more: list[Evidence]
) -> None:
    """Nobody is better off by hiding something."""
    assert count_points(table, evidence + more).total >= count_points(table, evidence).total


@given(tables(), proofs())
def test_rounding_moves_a_line_by_less_than_its_last_place(
    table: PointsTable, evidence: list[Evidence]
) -> None:
    """Down never adds; half up moves by half at most."""
    step = Fraction(1, 10**table.digits)
    items = {item.id: item for group in table.groups for item in group.items}

    for line in count_points(table, evidence).lines:
        cap = items[line.item].cap
        exact = line.exact if cap is None else min(line.exact, Fraction(cap))
        off = Fraction(line.points) - exact
        if line.group == "time":
            assert -step < off <= (0 if table.rounding is Rounding.DOWN else step / 2)
