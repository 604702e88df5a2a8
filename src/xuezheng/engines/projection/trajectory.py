"""Where a commitment is expected to be on a day: the curve, and the value it gives."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from xuezheng.engines.projection.model import Curve, CurvePoint, ProjectionInputWrong, StepDate

_S_CURVE_PIECES = 20


def linear_curve(*, start: date, end: date) -> Curve:
    """Make the even way: nothing on the day before the start, all on the last day."""
    eve = start - timedelta(days=1)
    return Curve(
        points=(CurvePoint(day=eve, share=Fraction(0)), CurvePoint(day=end, share=Fraction(1)))
    )


def s_curve(*, start: date, end: date) -> Curve:
    """Make the slow-fast-slow way 3t²-2t³, in straight pieces so that every share stays an exact fraction."""
    eve = start - timedelta(days=1)
    days = (end - eve).days
    pieces = min(_S_CURVE_PIECES, days)
    offsets = [round(Fraction(days * step, pieces)) for step in range(pieces + 1)]
    times = [Fraction(offset, days) for offset in offsets]
    return Curve(
        points=tuple(
            CurvePoint(day=eve + timedelta(days=offset), share=3 * time**2 - 2 * time**3)
            for offset, time in zip(offsets, times, strict=True)
        )
    )


def stepped_curve(*, start: date, end: date, shares: Sequence[tuple[date, Fraction]]) -> Curve:
    """Make the way through given points, for example the shares that a school year usually reaches by a month."""
    eve = start - timedelta(days=1)
    points = {eve: Fraction(0), end: Fraction(1)}
    points |= {day: share for day, share in shares if eve < day < end}
    return Curve(points=tuple(CurvePoint(day=day, share=points[day]) for day in sorted(points)))


def curve_through(*, start: date, end: date, points: Sequence[tuple[Fraction, Fraction]]) -> Curve:
    """Make the way through points given as share of the period and share of the way, as a pack states them."""
    days = (end - start).days + 1
    eve = start - timedelta(days=1)
    dated = [(eve + timedelta(days=round(time * days)), share) for time, share in points]
    return stepped_curve(start=start, end=end, shares=dated)


def milestone_share(steps: Sequence[StepDate], *, day: date) -> Fraction:
    """Give the share of the milestones that are due by a day."""
    if not steps:
        raise ProjectionInputWrong(what="there is no milestone")
    return Fraction(sum(step.due <= day for step in steps), len(steps))


def expected_share(curve: Curve, *, day: date) -> Fraction:
    """Give the share of the way that is expected by the end of a day."""
    if day <= curve.points[0].day:
        return Fraction(0)
    for earlier, later in zip(curve.points, curve.points[1:], strict=False):
        if day <= later.day:
            passed = Fraction((day - earlier.day).days, (later.day - earlier.day).days)
            return earlier.share + (later.share - earlier.share) * passed
    return Fraction(1)


def expected_value(curve: Curve, *, day: date, baseline: Fraction, target: Fraction) -> Fraction:
    """Give the value expected by the end of a day, on the way from the baseline to the target."""
    return baseline + (target - baseline) * expected_share(curve, day=day)
