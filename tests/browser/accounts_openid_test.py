"""Sign-in through an OpenID Connect provider of another origin: a known user comes in, a stranger does not."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from xuezheng.site.openid import openid_origins

if TYPE_CHECKING:
    from tests.browser.conftest import Visitor


@pytest.fixture
def provider(settings: Any) -> Iterator[str]:
    """A provider on a port of its own, named in the settings as the variables XUEZHENG_OPENID_… do."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its libraries warn of their own future
        from oidc_provider_mock import User, run_server_in_thread

        known = User(sub="u-17", claims={"preferred_username": "officer"})
        stranger = User(sub="u-18", claims={"preferred_username": "nobody-here"})
        with run_server_in_thread(user_claims=[known, stranger]) as server:
            address = f"http://localhost:{server.server_port}"
            app: dict[str, Any] = {
                "provider_id": "bureau",
                "name": "统一身份认证",
                "client_id": "xuezheng",
                "secret": "s3cret",
                "settings": {"server_url": f"{address}/.well-known/openid-configuration"},
            }
            settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
            policy = deepcopy(settings.CONTENT_SECURITY_POLICY)
            policy["DIRECTIVES"]["form-action"] += openid_origins(app["settings"]["server_url"])
            settings.CONTENT_SECURITY_POLICY = policy
            yield address


def sign_in(visitor: Visitor, provider: str, subject: str) -> None:
    """Go to the provider from the sign-in page, say there who one is, and come back."""
    visitor.open("/accounts/login/")
    visitor.page.get_by_text("统一身份认证").first.click()
    if "/oidc/" in visitor.page.url:  # asks once more before it leaves the site
        visitor.page.locator("main form button[type=submit]").click()
    visitor.page.wait_for_url(f"{provider}/**")
    visitor.page.fill("input[name=sub]", subject)
    visitor.page.locator("button").first.click()
    visitor.page.wait_for_url(f"{visitor.site}/**")
    visitor.complaints.clear()  # of the provider's own pages


def test_a_known_user_comes_in_and_a_stranger_does_not(
    provider: str, visit: Callable[..., Visitor]
) -> None:
    """The claim preferred_username names the user; the audit log names the way; nobody is made a user."""
    from xuezheng.apps.accounts.models import User
    from xuezheng.apps.record.models import AuditEvent

    users = User.objects.count()
    known = visit()
    sign_in(known, provider, "u-17")
    known.open("/plan/")
    known.inspect("openid-signed-in")
    event = AuditEvent.objects.filter(action="accounts.session.sign_in").latest("pk")
    assert (event.facts["method"], User.objects.count()) == ("socialaccount", users)

    stranger = visit()
    sign_in(stranger, provider, "u-18")
    assert "登录服务" in stranger.page.inner_text("body")
    assert "/accounts/login/" in stranger.page.url
    stranger.inspect("openid-stranger")
    assert User.objects.count() == users
