"""Geometry of the city's map: the boundaries of its divisions as SVG paths."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from typing import Any

_MAP_WIDTH = 640.0
_INSET_SIZE = (232.0, 150.0)
# Divisions narrower than this share of the city's width are drawn once more in the inset.
_INSET_SHARE = 0.13


@dataclass(frozen=True, slots=True, kw_only=True)
class MapShape:
    """One division as an SVG path, with the place of its label."""

    code: str
    path: str
    x: float
    y: float
    is_small: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MapShapes:
    """The city's divisions, and the small ones among them once more, enlarged in a corner."""

    width: float
    height: float
    whole: tuple[MapShape, ...]
    inset: tuple[MapShape, ...]
    inset_box: tuple[float, float, float, float]


def map_shapes(divisions: Iterable[Any]) -> MapShapes | None:
    """Project the boundaries of divisions; None when none has one."""
    rings = tuple(
        (division.code, _rings(division.boundary)) for division in divisions if division.boundary
    )
    return _project(rings) if rings else None


Ring = tuple[tuple[float, float], ...]


def _rings(boundary: Mapping[str, Any]) -> tuple[Ring, ...]:
    coordinates = boundary["coordinates"]
    polygons = coordinates if boundary["type"] == "MultiPolygon" else [coordinates]
    return tuple(
        tuple((float(x), float(y)) for x, y, *_ in ring) for polygon in polygons for ring in polygon
    )


@lru_cache(maxsize=4)
def _project(rings: tuple[tuple[str, tuple[Ring, ...]], ...]) -> MapShapes:
    points = [point for _, shape in rings for ring in shape for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    shrink = cos(radians((south + north) / 2))
    scale = _MAP_WIDTH / ((east - west) * shrink)
    height = (north - south) * scale
    small = [code for code, shape in rings if _extent(shape) < _INSET_SHARE * (east - west)]
    whole = tuple(
        _shape(
            code, shape, (west, north), (scale * shrink, scale), (0.0, 0.0), is_small=code in small
        )
        for code, shape in rings
    )
    spots = [((x - west) * scale * shrink, (north - y) * scale) for x, y in points]
    box = _emptiest_corner(spots, height)
    chosen = [(code, shape) for code, shape in rings if code in small]
    inset = _inset(chosen, shrink, box) if len(small) > 1 else ()
    return MapShapes(
        width=_MAP_WIDTH, height=round(height, 1), whole=whole, inset=inset, inset_box=box
    )


def _emptiest_corner(
    spots: Sequence[tuple[float, float]], height: float
) -> tuple[float, float, float, float]:
    """Put the inset where it covers least of the map."""
    wide, tall = _INSET_SIZE
    corners = [(x, y) for y in (height - tall, 0.0) for x in (_MAP_WIDTH - wide, 0.0)]

    def covered(corner: tuple[float, float]) -> int:
        left, top = corner
        return sum(left <= x <= left + wide and top <= y <= top + tall for x, y in spots)

    left, top = min(corners, key=covered)
    return round(left, 1), round(top, 1), wide, tall


def _inset(
    rings: Sequence[tuple[str, tuple[Ring, ...]]],
    shrink: float,
    box: tuple[float, float, float, float],
) -> tuple[MapShape, ...]:
    points = [point for _, shape in rings for ring in shape for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    left, top, width, height = box
    scale = min((width - 8) / ((east - west) * shrink), (height - 8) / (north - south))
    return tuple(
        _shape(
            code, shape, (west, north), (scale * shrink, scale), (left + 4, top + 4), is_small=False
        )
        for code, shape in rings
    )


def _extent(shape: tuple[Ring, ...]) -> float:
    xs = [x for ring in shape for x, _ in ring]
    return max(xs) - min(xs)


def _shape(
    code: str,
    shape: tuple[Ring, ...],
    origin: tuple[float, float],
    scale: tuple[float, float],
    shift: tuple[float, float],
    *,
    is_small: bool,
) -> MapShape:
    def place(point: tuple[float, float]) -> tuple[float, float]:
        return (
            round((point[0] - origin[0]) * scale[0] + shift[0], 1),
            round((origin[1] - point[1]) * scale[1] + shift[1], 1),
        )

    placed = [[place(point) for point in ring] for ring in shape]
    path = "".join("M" + "L".join(f"{x},{y}" for x, y in ring) + "Z" for ring in placed)
    x, y = _middle(max(placed, key=len))
    return MapShape(code=code, path=path, x=x, y=y, is_small=is_small)


def _middle(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Give the centre of gravity of a ring."""
    area = x = y = 0.0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x1 * y2 - x2 * y1
        area, x, y = area + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    if not area:
        return ring[0]
    return round(x / (3 * area), 1), round(y / (3 * area), 1)
