"""Loading divisions, townships and boundaries from a pack."""

import pytest

from xuezheng.apps.registry.models import Division, Township
from xuezheng.apps.registry.services.divisions import load_divisions
from xuezheng.policy import find_pack, load_pack

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["harbin/2023", "example/2026"])
def test_divisions_are_loaded_from_a_pack_and_again(name: str) -> None:
    """A pack's divisions, townships and boundaries are entered once, however often they are loaded."""
    pack = load_pack(find_pack(name))
    first, second = load_divisions(pack), load_divisions(pack)

    assert first["new"] == first["divisions"] == second["divisions"] == len(pack.divisions)
    assert second["new"] == 0
    assert Division.objects.count() == len(pack.divisions) + 1
    assert Township.objects.count() == len(pack.geography.townships)
    assert all(d.boundary for d in Division.objects.exclude(kind="city"))
