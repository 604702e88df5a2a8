"""The JSON API: tokens, figures, scope, and what is refused."""

from typing import Any

from django.test import Client

from xuezheng.apps.accounts.models import User
from xuezheng.apps.accounts.roles import Role
from xuezheng.apps.accounts.services.demonstration import demo_user_for
from xuezheng.apps.accounts.services.tokens import create_token
from xuezheng.apps.plan.models import CommitmentStatus
from xuezheng.apps.registry.models import Division, Institution


def reader(role: Role) -> Any:
    """A function that gets an address as the demonstration's user of a role."""
    user = demo_user_for(role)
    assert isinstance(user, User)
    made = create_token(by=user, user=user, title="test", days=1)
    client = Client(headers={"authorization": f"Bearer {made.secret}"})
    return lambda path, **query: client.get(f"/api/v1{path}", query)


def foreign_division() -> str:
    """A division that the district officer of the demonstration does not answer for."""
    user = demo_user_for(Role.DISTRICT_OFFICER)
    assert isinstance(user, User)
    own = user.grants.get().division_code
    return Division.objects.exclude(kind="city").exclude(code=own).values_list("code", flat=True)[0]


def test_without_a_token_nothing_is_answered(demo_city: str) -> None:
    """No token and a wrong token are both refused with 401."""
    assert Client().get("/api/v1/board").status_code == 401
    wrong = Client(headers={"authorization": "Bearer xz_nonsense"})
    assert wrong.get("/api/v1/board").status_code == 401


def test_the_board_gives_every_commitment_with_its_source(demo_city: str) -> None:
    """All commitments come with figures as exact numbers, a light with its reason, and the snapshot's hash."""
    answer = reader(Role.PLANNER)("/board").json()

    assert len(answer["commitments"]) == 103
    assert sum(answer["counts"].values()) == 103
    assert len(answer["source"]["snapshot_sha256"]) == 64
    first = answer["commitments"][0]
    stored = CommitmentStatus.objects.filter(division=None, commitment__code=first["code"]).latest(
        "run__as_of"
    )
    assert float(first["verified"]) == float(stored.verified or 0)
    assert first["why"]


def test_filters_and_bad_values(demo_city: str) -> None:
    """A filter narrows; a light that does not exist is refused and the choices are named."""
    get = reader(Role.PLANNER)

    assert {row["light"] for row in get("/board", light="late").json()["commitments"]} == {"late"}
    refused = get("/board", light="purple")
    assert refused.status_code == 422
    assert "at_risk" in refused.json()["detail"]


def test_another_division_is_refused_everywhere(demo_city: str) -> None:
    """A district officer's token opens neither another division's board nor its figures nor its schools."""
    get, foreign = reader(Role.DISTRICT_OFFICER), foreign_division()
    school = Institution.objects.filter(division=foreign).values_list("code", flat=True)[0]

    assert get("/board", division=foreign).status_code == 403
    results = "/indicators/3.6/results"
    assert get(results, level="division", division=foreign).status_code == 403
    assert get(results, level="institution", division=foreign).status_code == 403
    assert get(results, level="institution", institution=school).status_code == 403
    everywhere = get(results, level="institution", limit=1000).json()["results"]
    divisions = set(
        Institution.objects.filter(code__in=[row["unit_code"] for row in everywhere]).values_list(
            "division_id", flat=True
        )
    )
    assert foreign not in divisions
    rows = get("/commitments/3.6").json()
    assert foreign not in {row["division"] for row in rows}


def test_results_come_in_parts(demo_city: str) -> None:
    """A part has at most as many rows as asked for, and the total says how many there are."""
    get = reader(Role.PLANNER)
    whole = get("/indicators/3.6/results", level="division").json()
    part = get("/indicators/3.6/results", level="division", offset=2, limit=3).json()

    assert part["results"] == whole["results"][2:5]
    assert part["total"] == whole["total"]
    assert get("/indicators/3.6/results", limit=100_000).status_code == 422
    assert get("/indicators/nonsense/results").status_code == 404


def test_a_guardian_has_no_access(demo_city: str) -> None:
    """Whoever has no role in the bureau or a school reads the public pages instead."""
    assert reader(Role.GUARDIAN)("/board").status_code == 403


def test_the_description_names_every_address_and_no_foreign_host(demo_city: str) -> None:
    """The OpenAPI description is served, and the page about it needs nothing from elsewhere."""
    described = Client().get("/api/v1/openapi.json").json()
    page = Client().get("/plan/developers/")

    assert {
        "/api/v1/board",
        "/api/v1/commitments/{code}",
        "/api/v1/indicators",
        "/api/v1/indicators/{indicator}/results",
        "/api/v1/snapshots",
    } == set(described["paths"])
    assert page.status_code == 200
    assert "/api/v1/board" in page.content.decode()
