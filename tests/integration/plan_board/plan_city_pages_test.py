"""The plan's pages over the whole demonstration city: queries, lights, and facts of another division."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from xuezheng.apps.accounts.roles import Role
from xuezheng.apps.accounts.services.demonstration import demo_user_for
from xuezheng.apps.plan.models import Commitment
from xuezheng.apps.registry.models import Division

MOST_QUERIES = 15


def _signed_in(role: Role) -> Client:
    user = demo_user_for(role)
    assert user is not None
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    "path",
    [
        "/plan/",
        "/plan/?view=map",
        "/plan/?view=trend",
        "/plan/public/",
        "/plan/commitments/1.1/",
        "/plan/commitments/1.1/?tab=reports",
        "/plan/commitments/1.1/?tab=steering",
        "/plan/commitments/3.1/",
        "/plan/commitments/1.1/facts/",
        "/plan/divisions/",
        "/plan/divisions/230102/",
        "/plan/units/preschool/",
        "/plan/tasks/",
        "/plan/meeting/",
    ],
)
def test_large_pages_take_few_queries(demo_city: str, path: str) -> None:
    """Not one more for each commitment, division or fact."""
    client = _signed_in(Role.PLANNER)
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(path).status_code == 200
    assert len(queries) <= MOST_QUERIES


def test_every_commitment_has_a_light_and_a_page(demo_city: str) -> None:
    """The demonstration city shows 103 commitments, each with its reason."""
    client = _signed_in(Role.PLANNER)
    text = client.get("/plan/").content.decode()
    codes = list(Commitment.objects.values_list("code", flat=True))
    assert len(codes) == 103
    assert all(f"/plan/commitments/{code}/" in text for code in codes)
    for code in ("1.1", "3.1", "3.6", "5.6", "9.4", "A.1"):
        assert client.get(f"/plan/commitments/{code}/").status_code == 200


def test_facts_of_another_division_are_refused(demo_city: str) -> None:
    """A district officer sees the own facts, and neither page nor export of another's."""
    user = demo_user_for(Role.DISTRICT_OFFICER)
    assert user is not None
    own = user.grants.get().division_code
    other = (
        Division.objects.exclude(kind="city").exclude(code=own).values_list("code", flat=True)[0]
    )
    client = _signed_in(Role.DISTRICT_OFFICER)
    for page in ("facts/", "facts.xlsx"):
        address = f"/plan/commitments/1.1/{page}"
        assert client.get(address, {"division": own}).status_code == 200
        assert client.get(address, {"division": other}).status_code == 403
        assert Client().get(address, {"division": own}).status_code == 403
    text = client.get("/plan/commitments/1.1/facts/").content.decode()
    assert own in text
