# ruff: noqa: F811 - a fixture is asked for by its name
"""Who may open which page of the plan, and how many queries the large ones take."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from xuezheng.apps.accounts.models import User
from xuezheng.apps.plan.models import AllocationVersion, Claim, CommitmentStatus

from .plan_world import HERE, PDF, THERE, World, publish, sign_in, world  # noqa: F401, TID252 - fixtures, and a folder of tests has no other name

# Page, then who gets what: public, district officer of the division, planner.
PAGES = [
    ("/plan/public/", 200, 200, 200),
    ("/plan/public/board.xlsx", 200, 200, 200),
    ("/plan/lights/", 200, 200, 200),
    ("/plan/", 302, 302, 200),
    (f"/plan/?division={HERE}", 302, 200, 200),
    (f"/plan/?division={THERE}", 302, 403, 200),
    ("/plan/board.xlsx", 403, 403, 200),
    (f"/plan/board.xlsx?division={HERE}", 403, 200, 200),
    (f"/plan/board.xlsx?division={THERE}", 403, 403, 200),
    ("/plan/commitments/1.1/", 200, 200, 200),
    (f"/plan/commitments/1.1/?division={HERE}", 403, 200, 200),
    (f"/plan/commitments/1.1/?division={THERE}", 403, 403, 200),
    (f"/plan/divisions/{HERE}/", 403, 200, 200),
    (f"/plan/divisions/{THERE}/", 403, 403, 200),
    ("/plan/divisions/", 403, 200, 200),
    ("/plan/units/preschool/", 403, 403, 200),
    ("/plan/tasks/", 403, 200, 200),
    ("/plan/meeting/", 403, 200, 200),
    (f"/plan/meeting/?division={THERE}", 403, 403, 200),
    ("/plan/commitments/1.1/allocation/", 403, 403, 200),
    ("/plan/commitments/1.1/report/", 403, 200, 200),
    (f"/plan/commitments/1.1/report/?division={THERE}", 403, 403, 200),
    ("/plan/commitments/1.1/risk/", 403, 403, 200),
    ("/plan/commitments/1.1/change/", 403, 403, 200),
    ("/plan/commitments/1.1/supervise/", 403, 403, 200),
    ("/plan/commitments/1.1/close/", 403, 403, 200),
    ("/plan/commitments/9.9/", 404, 404, 404),
]


@pytest.mark.parametrize(("path", "public", "district", "planner"), PAGES)
def test_each_role_gets_its_pages(
    world: World,
    publish: Callable[..., Any],
    sign_in: Callable[[User], Client],
    path: str,
    public: int,
    district: int,
    planner: int,
) -> None:
    """The table above, cell by cell."""
    publish()
    found = [
        client.get(path).status_code
        for client in (Client(), sign_in(world.district), sign_in(world.planner))
    ]
    assert found == [public, district, planner]


def test_an_officer_acts_for_the_own_unit_only(
    world: World, sign_in: Callable[[User], Client]
) -> None:
    """The pre-school unit reports on its commitments and not on those of the teachers' unit."""
    client = sign_in(world.officer)
    assert client.get("/plan/commitments/1.1/report/").status_code == 200
    assert client.get("/plan/commitments/1.3/report/").status_code == 403


def test_the_public_sees_no_claim(world: World, publish: Callable[..., Any]) -> None:
    """Neither reports nor risks nor who works on it stand on a public page."""
    publish()
    text = Client().get("/plan/commitments/1.1/").content.decode()
    assert "preschool" not in text
    assert 'id="claims"' not in text
    assert 'id="risks"' not in text


def test_a_report_goes_from_form_to_second_person(
    world: World, publish: Callable[..., Any], sign_in: Callable[[User], Client]
) -> None:
    """The officer reports with a file, cannot decide, and the inspector confirms."""
    publish()
    officer, inspector = sign_in(world.officer), sign_in(world.second)
    url = "/plan/commitments/1.2/report/"
    data = {"value": "20", "as_of": "2023-06-30", "note": "done"}
    refused = officer.post(url, data)
    assert refused.status_code == 422
    assert "xz-errors" in refused.content.decode()
    file = SimpleUploadedFile(PDF.name, PDF.content)
    assert officer.post(url, {**data, "evidence": file}).status_code == 302
    claim = Claim.objects.get()
    assert officer.get(f"/plan/claims/{claim.pk}/").status_code == 403
    answer = inspector.post(f"/plan/claims/{claim.pk}/", {"outcome": "confirmed", "note": "seen"})
    assert answer.status_code == 302
    assert CommitmentStatus.objects.get(commitment=world.reported, division=None).verified == 20
    evidence = claim.evidence.get()
    download = inspector.get(f"/plan/evidence/{evidence.pk}/")
    assert download.content == PDF.content
    assert sign_in(world.district).get(f"/plan/evidence/{evidence.pk}/").status_code == 403


def test_an_allocation_form_that_does_not_sum_says_so(
    world: World, sign_in: Callable[[User], Client]
) -> None:
    """The refusal stands at the top with the difference, and nothing is kept."""
    data = {f"share_{HERE}": "20", f"share_{THERE}": "29", "reason": "x"}
    answer = sign_in(world.planner).post("/plan/commitments/1.1/allocation/", data)
    assert answer.status_code == 422
    assert "+1" in answer.content.decode()
    assert not AllocationVersion.objects.exists()
