"""The read-only JSON API: the board, a commitment, indicators and snapshots, under a token.

Figures that the public board shows are open to every token; what lies behind them only within the token's scope.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest
from ninja import NinjaAPI, Query, Schema
from ninja.errors import HttpError

from xuezheng.apps.accounts.api_auth import TokenAuth
from xuezheng.apps.accounts.permissions import may_anywhere, scope_of
from xuezheng.apps.plan.models import (
    CommitmentStatus,
    IndicatorResult,
    IndicatorRun,
    Level,
    Light,
    Plan,
    Snapshot,
)
from xuezheng.apps.plan.selectors.access import Viewer
from xuezheng.apps.plan.selectors.board import BoardFilter, read_board
from xuezheng.apps.plan.selectors.current import NoPlan, current_plan, current_run, run_as_of
from xuezheng.apps.plan.sentences import why_light

MOST_ROWS = 1000

api = NinjaAPI(
    title="Xuezheng",
    version="1",
    description="Figures of the city's education plan. Send the token as `Authorization: Bearer …`.",
    auth=TokenAuth(),
    docs_url=None,  # the page of the library would load its script from another host
    urls_namespace="api",
)


class Text(Schema):
    """A text in both languages."""

    zh: str
    en: str


class Source(Schema):
    """What figures were computed from."""

    as_of: date
    run: str
    snapshot: str
    snapshot_sha256: str
    pack: str
    pack_hash: str


class Forecast(Schema):
    """The figure expected for the end of the year."""

    low: Decimal | None
    mid: Decimal | None
    high: Decimal | None
    method: str


class Standing(Schema):
    """Where one commitment stands, for the city or a division."""

    code: str
    title: Text
    section: str
    kind: str
    owner: str | None
    unit: str
    division: str | None
    baseline: Decimal | None
    target: Decimal | None
    verified: Decimal | None
    claimed: Decimal | None
    expected_by_now: Decimal | None
    forecast: Forecast
    source: str
    light: str
    rule: str
    why: str
    updated_on: date | None


class BoardOut(Schema):
    """The board with its counts and its source."""

    source: Source | None
    counts: dict[str, int]
    commitments: list[Standing]


class ResultOut(Schema):
    """One figure of an indicator."""

    indicator: str
    reading: str
    is_official: bool
    level: str
    unit_code: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    threshold: Decimal | None
    state: str
    reason: str
    facts: int
    unknown: int
    failing: int
    excluded: int


class ResultsOut(Schema):
    """Figures of one run, a part at a time."""

    source: Source
    total: int
    offset: int
    results: list[ResultOut]


class SnapshotOut(Schema):
    """A snapshot from which figures were published."""

    name: str
    sha256: str
    pack_hash: str
    taken_at: datetime
    rows: int


class BoardQuery(Schema):
    """Which part of the board is wanted; empty parts ask for everything."""

    division: str = ""
    section: str = ""
    owner: str = ""
    light: str = ""
    kind: str = ""
    q: str = ""


class ResultsQuery(Schema):
    """Which figures are wanted."""

    level: Level = Level.CITY
    division: str = ""
    institution: str = ""
    as_of: date | None = None
    offset: int = 0
    limit: int = 100


@api.get("/board", response=BoardOut, summary="The plan board")
def board(request: HttpRequest, query: Query[BoardQuery]) -> dict[str, Any]:
    """Give every commitment with its target, figures and light; of a division only within the token's scope."""
    plan, viewer = _open(request)
    if query.light and query.light not in Light.values:
        raise HttpError(422, f"light: {query.light!r} is none of {', '.join(Light.values)}")
    _require_sight(viewer, query.division)
    run = current_run(plan)
    found = read_board(plan, run, BoardFilter.of(query.dict()))
    show_claims = viewer.sees(query.division or None)
    return {
        "source": None if run is None else _source(run),
        "counts": dict(found.counts),
        "commitments": [_standing(row, claims=show_claims) for row in found.rows],
    }


@api.get("/commitments/{code}", response=list[Standing], summary="One commitment")
def commitment(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """Give where a commitment stands in the city and in every division within the token's scope."""
    plan, viewer = _open(request)
    run = current_run(plan)
    statuses = CommitmentStatus.objects.filter(run=run, commitment__code=code).select_related(
        "commitment__section", "commitment__owner"
    )
    rows = [one for one in statuses if one.division_id is None or viewer.sees(one.division_id)]
    if not rows:
        raise Http404(f"commitment {code}")
    rows.sort(key=lambda one: one.division_id or "")
    return [_standing(one, claims=viewer.sees(one.division_id)) for one in rows]


@api.get("/indicators", response=list[str], summary="The indicators of the current run")
def indicators(request: HttpRequest) -> list[str]:
    """Give the identifiers of the indicators that have published figures."""
    plan, _viewer = _open(request)
    rows = IndicatorResult.objects.filter(run=current_run(plan), level=Level.CITY)
    return sorted(set(rows.values_list("indicator", flat=True)))


@api.get("/indicators/{indicator}/results", response=ResultsOut, summary="Figures of an indicator")
def results(request: HttpRequest, indicator: str, query: Query[ResultsQuery]) -> dict[str, Any]:
    """Give an indicator's figures at one level, of the current run or of the last one up to a day."""
    plan, _viewer = _open(request)
    if query.offset < 0 or not 1 <= query.limit <= MOST_ROWS:
        raise HttpError(
            422, f"offset must not be negative and limit lies between 1 and {MOST_ROWS}"
        )
    run = current_run(plan) if query.as_of is None else run_as_of(plan, query.as_of)
    if run is None:
        raise Http404("no run up to that day")
    rows = IndicatorResult.objects.filter(run=run, indicator=indicator, level=query.level)
    if not rows.exists():
        raise Http404(f"indicator {indicator}")
    rows = _within(request, rows, query)
    return {
        "source": _source(run),
        "total": rows.count(),
        "offset": query.offset,
        "results": list(
            rows.order_by("unit_code", "reading")[query.offset : query.offset + query.limit]
        ),
    }


@api.get("/snapshots", response=list[SnapshotOut], summary="Snapshots with published figures")
def snapshots(request: HttpRequest) -> Any:
    """Give the snapshots from which figures were published, the newest first."""
    _open(request)
    return Snapshot.objects.order_by("-taken_at")


def _open(request: HttpRequest) -> tuple[Plan, Viewer]:
    if not may_anywhere(request.user, "api.read"):
        raise HttpError(403, "this token may not read the API")
    try:
        plan = current_plan()
    except NoPlan as error:
        raise Http404(str(error)) from error
    return plan, Viewer.of(request.user)


def _require_sight(viewer: Viewer, division: str) -> None:
    if division and not viewer.sees(division):
        raise HttpError(403, f"division {division} lies outside the scope of this token")


def _within(request: HttpRequest, rows: Any, query: ResultsQuery) -> Any:
    """Keep what the token may see; naming something outside its scope is refused, not answered with nothing."""
    scope = scope_of(request.user, "plan.view_facts")
    if query.level == Level.DIVISION:
        wanted = query.division
        if wanted and not scope.covers(division=wanted):
            raise HttpError(403, f"division {wanted} lies outside the scope of this token")
        rows = rows.filter(unit_code=wanted) if wanted else rows
        return rows if scope.city else rows.filter(unit_code__in=sorted(scope.divisions))
    if query.level == Level.INSTITUTION:
        return _within_institutions(scope, rows, query)
    return rows


def _within_institutions(scope: Any, rows: Any, query: ResultsQuery) -> Any:
    from xuezheng.apps.registry.models import Institution

    known = Institution.objects.all()
    if query.institution:
        known = known.filter(code=query.institution)
        found = known.first()
        if found is None:
            raise Http404(f"institution {query.institution}")
        if not scope.covers(division=found.division_id, institution=found.code):
            raise HttpError(403, f"institution {found.code} lies outside the scope of this token")
    if query.division:
        if not scope.covers(division=query.division):
            raise HttpError(403, f"division {query.division} lies outside the scope of this token")
        known = known.filter(division=query.division)
    visible = known.filter(scope.filter(division="division_id", institution="code"))
    return rows.filter(unit_code__in=visible.values("code"))


def _source(run: IndicatorRun) -> dict[str, Any]:
    return {
        "as_of": run.as_of,
        "run": run.run_id,
        "snapshot": run.snapshot_id,
        "snapshot_sha256": run.snapshot.sha256,
        "pack": run.plan.pack_id,
        "pack_hash": run.plan.pack_hash,
    }


def _standing(row: CommitmentStatus, *, claims: bool) -> dict[str, Any]:
    commitment = row.commitment
    return {
        "code": commitment.code,
        "title": {"zh": commitment.title_zh, "en": commitment.title_en},
        "section": commitment.section.key,
        "kind": commitment.kind,
        "owner": commitment.owner_id,
        "unit": commitment.unit,
        "division": row.division_id,
        "baseline": row.baseline,
        "target": row.target,
        "verified": row.verified,
        "claimed": row.claimed if claims else None,
        "expected_by_now": row.expected,
        "forecast": {
            "low": row.forecast_low,
            "mid": row.forecast_mid,
            "high": row.forecast_high,
            "method": row.forecast_method,
        },
        "source": row.source,
        "light": row.light,
        "rule": row.rule,
        "why": why_light(row),
        "updated_on": row.updated_on,
    }
