"""Share out a whole number by weights so that the parts add up to it exactly."""

from collections.abc import Sequence

from xuezheng.kernel.errors import InputError, gettext_noop


class WeightsUnusable(InputError):
    """Nothing can be shared out by such weights."""

    code = "apportionment.weights_unusable"
    template = gettext_noop("%(total)s cannot be shared out by the weights %(weights)s.")
    remedy = gettext_noop("Give whole weights of 0 or more with at least one above 0.")


def apportion(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Share out a total by the method of largest remainders (Hamilton).

    Each part gets its due rounded down; the units left go one each to the largest remainders, and
    among equal remainders to the earlier part.

    Args:
        total: The whole number to share out; may be negative.
        weights: One whole number of 0 or more for each part.

    Raises:
        WeightsUnusable: If a weight is negative or none is above 0.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise WeightsUnusable(total=total, weights=list(weights))
    floors = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-remainders[place], place))
    favoured = set(by_remainder[: total - sum(floors)])
    return tuple(floor + (place in favoured) for place, floor in enumerate(floors))
