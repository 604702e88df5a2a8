"""Users, grants, tokens and the demonstration's people, each change with its audit event."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from xuezheng.apps.accounts.api_auth import TokenAuth
from xuezheng.apps.accounts.models import User
from xuezheng.apps.accounts.permissions import may, roles_of
from xuezheng.apps.accounts.roles import Role, ScopeKind
from xuezheng.apps.accounts.services import (
    create_token,
    create_user,
    demo_user_for,
    ensure_demo_users,
    grant_role,
    revoke_role,
    revoke_token,
)
from xuezheng.apps.accounts.services.demonstration import DemoInstitution
from xuezheng.apps.accounts.services.grants import (
    GrantExists,
    GrantRefused,
    GrantRevoked,
    GrantScope,
)
from xuezheng.apps.accounts.services.tokens import TokenTerm, user_of_token
from xuezheng.apps.accounts.services.users import PasswordRefused, UserExists, UserNameRefused
from xuezheng.apps.record.models import AuditEvent

pytestmark = pytest.mark.django_db
DISTRICT = GrantScope(kind=ScopeKind.DIVISION, division="230102")


@pytest.fixture
def user() -> User:
    """Somebody without a role."""
    return create_user(by=None, username="sun", name="孙岩", password="Songhua-River-2023")


class TestUsers:
    """Making users."""

    def test_a_name_is_taken_whatever_its_case(self, user: User) -> None:
        """Sun is sun."""
        with pytest.raises(UserExists):
            create_user(by=None, username="Sun", name="x")

    def test_a_weak_password_is_refused_with_the_reason(self) -> None:
        """The sentence says why."""
        with pytest.raises(PasswordRefused):
            create_user(by=None, username="x", name="x", password="12345")

    def test_a_name_with_spaces_is_refused(self) -> None:
        """What cannot be typed safely is no user name."""
        with pytest.raises(UserNameRefused):
            create_user(by=None, username="a b", name="x")


class TestGrants:
    """Giving and taking roles."""

    def test_a_grant_works_at_once_and_so_does_its_revocation(self, user: User) -> None:
        """The same user object feels it, and the record has both."""
        assert not may(user, "registry.edit", division="230102")
        grant = grant_role(by=None, user=user, role=Role.DISTRICT_OFFICER, scope=DISTRICT)
        assert may(user, "registry.edit", division="230102")
        revoke_role(by=None, grant=grant, reason="moved")

        fresh = User.objects.get(pk=user.pk)
        assert not may(fresh, "registry.edit", division="230102")
        actions = AuditEvent.objects.filter(subject_id=str(user.pk)).order_by("id")
        assert [event.action for event in actions] == [
            "accounts.user.create",
            "accounts.grant.give",
            "accounts.grant.revoke",
        ]
        with pytest.raises(GrantRevoked):
            revoke_role(by=None, grant=grant)

    def test_a_grant_that_has_ended_or_not_begun_counts_for_nothing(self, user: User) -> None:
        """From the first day on, up to and not with the last."""
        today = timezone.localdate()
        grant_role(
            by=None,
            user=user,
            role=Role.DISTRICT_OFFICER,
            scope=DISTRICT,
            valid_from=today - timedelta(days=9),
            valid_to=today,
        )
        grant_role(
            by=None,
            user=user,
            role=Role.AUDITOR,
            scope=GrantScope(kind=ScopeKind.CITY),
            valid_from=today + timedelta(days=1),
        )

        assert roles_of(user) == (Role.PUBLIC,)

    @pytest.mark.parametrize(
        ("role", "scope"),
        [
            ("mayor", GrantScope(kind=ScopeKind.CITY)),
            ("public", GrantScope(kind=ScopeKind.SELF)),
            ("planner", DISTRICT),
            ("district_officer", GrantScope(kind=ScopeKind.CITY)),
            ("district_officer", GrantScope(kind=ScopeKind.DIVISION)),
            ("division_officer", GrantScope(kind=ScopeKind.CITY)),
            ("school_head", GrantScope(kind=ScopeKind.INSTITUTION, institution="2123010201")),
        ],
    )
    def test_a_role_needs_its_scope(self, user: User, role: str, scope: GrantScope) -> None:
        """A role cannot be held for a part of the city that it is not for, nor without its codes."""
        with pytest.raises(GrantRefused):
            grant_role(by=None, user=user, role=role, scope=scope)

    def test_the_same_role_is_held_once(self, user: User) -> None:
        """A second grant for the same scope is refused."""
        grant_role(by=None, user=user, role=Role.DISTRICT_OFFICER, scope=DISTRICT)
        with pytest.raises(GrantExists):
            grant_role(by=None, user=user, role=Role.DISTRICT_OFFICER, scope=DISTRICT)


class TestTokens:
    """Tokens of the API."""

    def test_a_token_stands_for_its_user_until_it_is_revoked(self, user: User) -> None:
        """Only its hash is kept; its use is noted."""
        made = create_token(by=user, user=user, title="Figures", days=30)
        request = RequestFactory().get("/", headers={"authorization": f"Bearer {made.secret}"})

        assert TokenAuth()(request) == user
        assert request.user == user
        made.token.refresh_from_db()
        assert made.token.last_used_at is not None
        assert made.secret not in made.token.secret_hash
        revoke_token(by=user, token=made.token)
        assert TokenAuth()(request) is None

    def test_an_expired_or_unknown_token_stands_for_nobody(self, user: User) -> None:
        """After its day a token is nothing."""
        made = create_token(by=user, user=user, title="Figures", days=1)
        later = timezone.now() + timedelta(days=2)

        assert user_of_token(secret=made.secret, now=later) is None
        assert user_of_token(secret="xz_nothing", now=timezone.now()) is None

    def test_a_locked_users_token_is_useless(self, user: User) -> None:
        """Locking a user locks the user's programs."""
        made = create_token(by=user, user=user, title="Figures", days=1)
        user.is_active = False
        user.save()

        assert user_of_token(secret=made.secret, now=timezone.now()) is None

    def test_a_token_lives_a_year_at_most(self, user: User) -> None:
        """Forgotten tokens die."""
        with pytest.raises(TokenTerm):
            create_token(by=user, user=user, title="Figures", days=400)


def test_the_demonstration_has_one_user_a_role_however_often_it_is_made() -> None:
    """A second call makes nothing new."""
    places = [
        DemoInstitution(code="2123010201", division="230102"),
        DemoInstitution(code="2123010301", division="230103"),
    ]
    for _ in range(2):
        made = ensure_demo_users(
            by=None, divisions=["230102"], institutions=places, password="demo"
        )

    assert len(made) == User.objects.count() == 12
    for role in Role:
        user = demo_user_for(role)
        assert (user is None) == (role == Role.PUBLIC)
        assert user is None or role in roles_of(user)
