"""The real base: divisions with census ages and boundary, townships with the points where their schools gather."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xuezheng.site.city.assumptions import Assumptions
from xuezheng.site.city.streams import generator
from xuezheng.site.city.tables import Array, Mask

URBAN, TOWN, RURAL = 1, 2, 3
SETTINGS = {URBAN: "urban", TOWN: "town", RURAL: "rural"}

Ring = Array  # points (longitude, latitude), shape (n, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class TownshipPlace:
    """A township and the point around which its institutions stand."""

    code: str
    stem_zh: str
    stem_en: str
    terrain: int
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionPlace:
    """A division as the generators see it.

    Attributes:
        ages: Persons by band of the census: ``0``, ``1_4``, ``5_9``, ``10_14``.
        rings: The boundary, one ring a polygon.
    """

    code: str
    name_zh: str
    kind: str
    urban_share: float
    ages: Mapping[str, int]
    rings: tuple[Ring, ...]
    townships: tuple[TownshipPlace, ...]


def lay_out(
    divisions: Sequence[Mapping[str, Any]],
    boundaries: Mapping[str, Any],
    assumptions: Assumptions,
    seed: str,
) -> tuple[DivisionPlace, ...]:
    """Place the townships of every division inside its boundary.

    Args:
        divisions: Rows of the pack's divisions file; numbers as text.
        boundaries: GeoJSON geometry by division code.
        assumptions: The pack's assumptions, for the townships.
        seed: Seed of the city.
    """
    places = []
    for row in divisions:
        code = row["code"]
        rings = _rings_of(boundaries[code])
        places.append(
            DivisionPlace(
                code=code,
                name_zh=row["name_zh"],
                kind=row["kind"],
                urban_share=float(row["urban_share"]),
                ages={band: int(row[f"age_{band}"]) for band in ("0", "1_4", "5_9", "10_14")},
                rings=rings,
                townships=_place_townships(row, rings, assumptions, seed),
            )
        )
    return tuple(places)


def is_inside(points: Array, rings: Sequence[Ring]) -> Mask:
    """Tell which points lie inside any ring: even-odd rule, all points against all edges at once."""
    inside = np.zeros(len(points), bool)
    longitude, latitude = points[:, 0, None], points[:, 1, None]
    for ring in rings:
        x0, y0 = ring[:-1, 0], ring[:-1, 1]
        x1, y1 = ring[1:, 0], ring[1:, 1]
        straddles = (y0 > latitude) != (y1 > latitude)
        with np.errstate(divide="ignore", invalid="ignore"):
            crossing = x0 + (latitude - y0) * (x1 - x0) / (y1 - y0)
        inside |= (straddles & (longitude < crossing)).sum(axis=1) % 2 == 1
    return inside


def scatter(
    center: tuple[float, float], spread: float, rings: Sequence[Ring], numbers: np.random.Generator
) -> tuple[float, float]:
    """Draw a point near a centre that lies inside the boundary; the centre itself when none of 24 does."""
    points = np.array(center) + numbers.normal(0, spread, (24, 2)) * (1.4, 1.0)
    inside = np.flatnonzero(is_inside(points, rings))
    longitude, latitude = points[inside[0]] if len(inside) else center
    return round(float(longitude), 5), round(float(latitude), 5)


def _place_townships(
    row: Mapping[str, Any], rings: Sequence[Ring], assumptions: Assumptions, seed: str
) -> tuple[TownshipPlace, ...]:
    numbers = generator(seed, "townships", row["code"])
    seat = (float(row["lon"]), float(row["lat"]))
    members = [entry for entry in assumptions.townships if entry["code"].startswith(row["code"])]
    spots = _spread_points(rings, numbers, len(members))
    if not is_inside(np.array([seat]), rings)[0]:
        seat = spots[0]
    places = []
    for entry, spot in zip(members, spots, strict=True):
        terrain = int(entry["terrain"])
        # Urban sub-districts stand close round the seat of the division; towns and townships all over it.
        longitude, latitude = scatter(seat, 0.035, rings, numbers) if terrain == URBAN else spot
        places.append(
            TownshipPlace(
                code=entry["code"],
                stem_zh=entry["stem_zh"],
                stem_en=entry["stem_en"],
                terrain=terrain,
                longitude=longitude,
                latitude=latitude,
            )
        )
    return tuple(places)


def _spread_points(
    rings: Sequence[Ring], numbers: np.random.Generator, count: int
) -> list[tuple[float, float]]:
    # Best of ten candidates each time: farthest from the points already there.
    every = np.concatenate(rings)
    low, high = every.min(axis=0), every.max(axis=0)
    candidates = numbers.uniform(low, high, (4000, 2))
    candidates = candidates[is_inside(candidates, rings)]
    chosen: list[tuple[float, float]] = []
    for turn in range(count):
        pool = candidates[turn * 10 % len(candidates) :][:10]
        if chosen:
            distance = ((pool[:, None] - np.array(chosen)) ** 2).sum(axis=2).min(axis=1)
            best = pool[distance.argmax()]
        else:
            best = pool[0]
        chosen.append((round(float(best[0]), 5), round(float(best[1]), 5)))
    return chosen


def _rings_of(geometry: Mapping[str, Any]) -> tuple[Ring, ...]:
    polygons = (
        geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    )
    return tuple(np.array(polygon[0], dtype=float) for polygon in polygons)
