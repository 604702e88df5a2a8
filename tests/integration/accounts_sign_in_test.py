"""Signing in: password, limits, second factor, what the record keeps."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client

from xuezheng.apps.accounts.models import User
from xuezheng.apps.accounts.roles import Role, ScopeKind
from xuezheng.apps.accounts.services import create_user, grant_role, set_active
from xuezheng.apps.accounts.services.grants import GrantScope
from xuezheng.apps.record.models import AuditEvent

pytestmark = pytest.mark.django_db
PASSWORD = "Songhua-River-2023"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _no_limits_left_over() -> None:
    cache.clear()


@pytest.fixture
def planner() -> User:
    """A planner with a password."""
    user = create_user(by=None, username="lin", name="林昭", password=PASSWORD)
    grant_role(by=None, user=user, role=Role.PLANNER, scope=GrantScope(kind=ScopeKind.CITY))
    return user


def _try(client: Client, password: str, language: str = "en"):  # type: ignore[no-untyped-def]  # test client's answer
    return client.post(
        LOGIN, {"login": "lin", "password": password}, headers={"accept-language": language}
    )


def _actions() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


def test_the_right_password_opens_a_session_and_is_recorded(client: Client, planner: User) -> None:
    """The record says who signed in and how."""
    answer = _try(client, PASSWORD)

    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(planner.pk)
    event = AuditEvent.objects.get(action="accounts.session.sign_in")
    assert (event.actor_id, event.facts) == (str(planner.pk), {"method": "password"})
    assert answer.cookies["django_language"].value == "zh-hans"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "locked for five minutes"), ("zh-hans", "五分钟")]
)
def test_after_five_wrong_passwords_even_the_right_one_is_refused(
    client: Client, planner: User, language: str, words: str
) -> None:
    """The sixth attempt is refused whatever the password, with a sentence in the reader's language."""
    for _ in range(5):
        assert _try(client, "wrong", language).status_code == 200
    answer = _try(client, PASSWORD, language)

    assert "_auth_user_id" not in client.session
    assert words in answer.content.decode()
    assert _actions().count("accounts.session.sign_in_failed") == 5


def test_a_locked_user_cannot_sign_in(client: Client, planner: User) -> None:
    """A user whom the planner locked is told whom to ask."""
    set_active(by=None, user=planner, is_active=False)
    _try(client, PASSWORD)

    assert "_auth_user_id" not in client.session


def test_signing_out_is_recorded(client: Client, planner: User) -> None:
    """The record closes the session too."""
    _try(client, PASSWORD)
    client.post("/accounts/logout/")

    assert _actions()[-1] == "accounts.session.sign_out"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", ["signup/", "email/", "3rdparty/signup/"])
def test_nobody_makes_an_account_alone(client: Client, path: str) -> None:
    """The pages with which one could sign up or get a password by e-mail are closed."""
    assert client.get(f"/accounts/{path}").status_code == 404
    assert client.post(f"/accounts/{path}", {"username": "x"}).status_code == 404


class TestSecondFactor:
    """The second factor, when the installation requires it of staff."""

    @pytest.fixture(autouse=True)
    def _required(self, settings: Any) -> None:
        settings.REQUIRE_SECOND_FACTOR = "staff"

    def test_staff_are_sent_to_set_it_up_before_anything_else(
        self, client: Client, planner: User
    ) -> None:
        """Every page of the product leads to the page that sets it up, which itself opens."""
        _try(client, PASSWORD)
        answer = client.get("/accounts/users/")

        assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/totp/activate/")
        _prove(client)
        assert client.get("/accounts/2fa/totp/activate/").status_code == 200

    def test_others_are_not(self, client: Client) -> None:
        """A guardian goes on without."""
        user = create_user(by=None, username="lin", name="郑宁", password=PASSWORD)
        grant_role(by=None, user=user, role=Role.GUARDIAN, scope=GrantScope(kind=ScopeKind.SELF))
        _try(client, PASSWORD)

        assert client.get("/accounts/").status_code == 200

    def test_setting_up_and_signing_in_with_it(self, client: Client, planner: User) -> None:
        """Six digits of the app switch it on; from then on the password alone opens nothing."""
        _try(client, PASSWORD)
        _prove(client)
        page = client.get("/accounts/2fa/totp/activate/").content.decode()
        found = re.search(r">([A-Z2-7]{32})<", page)
        assert found is not None
        client.post("/accounts/2fa/totp/activate/", {"code": _digits(found[1])})
        assert client.get("/accounts/users/").status_code == 200
        assert Authenticator.objects.filter(user=planner, type="recovery_codes").exists()

        client.post("/accounts/logout/")
        cache.clear()
        assert _try(client, PASSWORD)["Location"] == "/accounts/2fa/authenticate/"
        assert "_auth_user_id" not in client.session
        code = (
            Authenticator.objects.get(user=planner, type="recovery_codes")
            .wrap()
            .get_unused_codes()[0]
        )
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert client.session["_auth_user_id"] == str(planner.pk)
        last = AuditEvent.objects.filter(action="accounts.session.sign_in").latest("id")
        assert last.facts == {"method": "password+mfa"}


def _prove(client: Client) -> None:
    """Enter the password once more, which allauth wants before the second factor is touched."""
    assert client.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/reauth")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def _digits(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))
