"""The board: every commitment with its light, filtered and grouped, in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from xuezheng.apps.plan.models import (
    Commitment,
    CommitmentStatus,
    FigureSource,
    IndicatorRun,
    Light,
    Plan,
    Section,
)

VIEWS = ("list", "map", "trend")
# What needs somebody comes first.
LIGHT_ORDER = (Light.LATE, Light.AT_RISK, Light.NO_DATA, Light.ON_TRACK, Light.MET)
STRIP_ORDER = (Light.MET, Light.ON_TRACK, Light.AT_RISK, Light.LATE, Light.NO_DATA)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFilter:
    """What the address asks for; empty parts ask for everything."""

    section: str = ""
    owner: str = ""
    division: str = ""
    light: str = ""
    kind: str = ""
    search: str = ""
    view: str = "list"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "BoardFilter":
        """Read it from the address; what is not understood is left out."""
        light, view = query.get("light", ""), query.get("view", "list")
        return cls(
            section=query.get("section", "")[:10],
            owner=query.get("owner", "")[:40],
            division=query.get("division", "")[:6],
            light=light if light in Light.values else "",
            kind=query.get("kind", "")[:12],
            search=query.get("q", "").strip()[:60],
            view=view if view in VIEWS else "list",
        )

    def accepts(self, status: CommitmentStatus) -> bool:
        """Tell whether a row passes every part but the light."""
        commitment = status.commitment
        helpers = {unit.pk for unit in commitment.co_owners.all()}
        return (
            (not self.section or commitment.section.key == self.section)
            and (not self.owner or self.owner == commitment.owner_id or self.owner in helpers)
            and (not self.kind or commitment.kind == self.kind)
            and (not self.search or self._finds(commitment))
        )

    def _finds(self, commitment: Commitment) -> bool:
        text = f"{commitment.code} {commitment.title_zh} {commitment.title_en}".casefold()
        return all(word in text for word in self.search.casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardGroup:
    """A section with its rows."""

    section: Section
    rows: tuple[CommitmentStatus, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The rows that pass the filter, in groups, and the counts by light before the filter by light."""

    groups: tuple[BoardGroup, ...]
    counts: tuple[tuple[str, int], ...]
    total: int
    shown: int

    @property
    def rows(self) -> tuple[CommitmentStatus, ...]:
        """All rows, in order."""
        return tuple(row for group in self.groups for row in group.rows)


def read_board(plan: Plan, run: IndicatorRun | None, wanted: BoardFilter) -> Board:
    """Read the board of the city, or of one division."""
    statuses = [
        status
        for status in board_statuses(plan, run, division=wanted.division)
        if wanted.accepts(status)
    ]
    counted = Counter(status.light for status in statuses)
    shown = [status for status in statuses if not wanted.light or status.light == wanted.light]
    by_section: dict[int, list[CommitmentStatus]] = defaultdict(list)
    sections: dict[int, Section] = {}
    for status in shown:
        section = status.commitment.section
        sections[section.pk] = section
        by_section[section.pk].append(status)
    groups = tuple(
        BoardGroup(section=sections[key], rows=tuple(rows)) for key, rows in by_section.items()
    )
    counts = tuple((light.value, counted.get(light, 0)) for light in STRIP_ORDER)
    return Board(groups=groups, counts=counts, total=len(statuses), shown=len(shown))


def board_statuses(
    plan: Plan, run: IndicatorRun | None, *, division: str = ""
) -> Sequence[CommitmentStatus]:
    """Give one status a commitment, in the plan's order; before the first run, empty ones."""
    if run is None:
        commitments = (
            Commitment.objects.filter(plan=plan)
            .select_related("section", "owner")
            .prefetch_related("co_owners")
        )
        return [empty_status(commitment) for commitment in commitments.order_by("order")]
    statuses = (
        CommitmentStatus.objects.filter(run=run, division=division or None)
        .select_related("commitment__section", "commitment__owner")
        .prefetch_related("commitment__co_owners")
        .order_by("commitment__order")
    )
    return list(statuses)


def empty_status(commitment: Commitment) -> CommitmentStatus:
    """Make the status of a commitment about which nothing has been published."""
    return CommitmentStatus(
        commitment=commitment,
        light=Light.NO_DATA,
        rule="",
        source=FigureSource.NONE,
        target=commitment.target,
        baseline=commitment.baseline,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionLights:
    """How many commitments of a division show each light."""

    code: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """All commitments in which the division has a part."""
        return sum(self.counts.values())

    @property
    def good(self) -> int:
        """Those that are met or on track."""
        return self.counts.get(Light.MET, 0) + self.counts.get(Light.ON_TRACK, 0)

    @property
    def good_share(self) -> Decimal | None:
        """The share that is met or on track, between 0 and 1, of those with data."""
        judged = self.total - self.counts.get(Light.NO_DATA, 0)
        return Decimal(self.good) / judged if judged else None

    @property
    def columns(self) -> tuple[tuple[str, int], ...]:
        """The counts in the order of the strip."""
        return tuple((light.value, self.counts.get(light, 0)) for light in STRIP_ORDER)


def division_lights(
    run: IndicatorRun | None, commitments: Iterable[Commitment]
) -> dict[str, DivisionLights]:
    """Count the lights of every division over some commitments."""
    if run is None:
        return {}
    rows = CommitmentStatus.objects.filter(
        run=run,
        division__isnull=False,
        commitment__in=[commitment.pk for commitment in commitments],
    ).values_list("division_id", "light")
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for division, light in rows:
        counted[division][light] += 1
    return {code: DivisionLights(code=code, counts=counts) for code, counts in counted.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trends:
    """Verified figures by commitment over the runs, and the lights at each run."""

    days: tuple[date, ...]
    values: Mapping[int, tuple[Decimal | None, ...]]
    lights: tuple[tuple[date, tuple[tuple[str, int], ...]], ...]


def read_trends(plan: Plan, *, division: str, commitments: Iterable[Commitment]) -> Trends:
    """Read the figures of all runs, the last of each day."""
    chosen = {commitment.pk for commitment in commitments}
    rows = (
        CommitmentStatus.objects.filter(run__plan=plan, division=division or None)
        .order_by("run__as_of", "run_id")
        .values_list("commitment_id", "run__as_of", "verified", "light")
    )
    found: dict[tuple[int, date], tuple[Decimal | None, str]] = {
        (commitment, day): (verified, light)
        for commitment, day, verified, light in rows
        if commitment in chosen
    }
    days = tuple(sorted({day for _, day in found}))
    values = {key: tuple(found.get((key, day), (None, ""))[0] for day in days) for key in chosen}
    lights = []
    for day in days:
        counted = Counter(found[key, day][1] for key in chosen if (key, day) in found)
        lights.append((day, tuple((light.value, counted.get(light, 0)) for light in STRIP_ORDER)))
    return Trends(days=days, values=values, lights=tuple(lights))


def without_division(wanted: BoardFilter) -> BoardFilter:
    """Give the same filter for the whole city."""
    return replace(wanted, division="")
