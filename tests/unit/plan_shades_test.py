"""The shades of the map reach from the lowest to the highest share, so that divisions which differ look different."""

import pytest

from xuezheng.apps.plan.selectors.pictures import ShareScale


def test_shades_cover_what_there_is() -> None:
    """The lowest share has the first shade and the highest the last; the edges are whole percentages."""
    scale = ShareScale.over([0.41, 0.5, 0.585])

    assert (scale.low, scale.width) == (41, 4)
    assert [scale.shade(share) for share in (0.41, 0.5, 0.585)] == [1, 3, 5]
    assert scale.steps()[0] == (1, "41–45%")
    assert scale.steps()[-1] == (5, "57–61%")


@pytest.mark.parametrize(("share", "shade"), [(None, 0), (0.0, 1), (1.0, 5)])
def test_a_share_outside_stays_within_the_shades(share: float | None, shade: int) -> None:
    """Nothing judged has no shade; whatever lies beyond the scale has its nearest one."""
    assert ShareScale.over([0.4, 0.6]).shade(share) == shade


def test_without_differences_there_is_one_shade() -> None:
    """Equal shares share the first shade; without any share the scale is the whole of it."""
    assert {ShareScale.over([0.5, 0.5]).shade(0.5)} == {1}
    assert ShareScale.over([]).steps()[-1] == (5, "80–100%")
