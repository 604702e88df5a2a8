"""What the record keeps of sign-ins."""

from typing import Any

from xuezheng.apps.record.services import write_event


def record_sign_in(*, user: Any, method: str) -> None:
    """Write down that somebody signed in, and how: password, totp, openid, demonstration."""
    write_event(
        by=user,
        action="accounts.session.sign_in",
        subject=("user", user.pk),
        facts={"method": method},
    )


def record_sign_out(*, user: Any) -> None:
    """Write down that somebody signed out."""
    write_event(by=user, action="accounts.session.sign_out", subject=("user", user.pk))


def record_failed_sign_in(*, username: str) -> None:
    """Write down that somebody tried a wrong password; the user name may be anything."""
    write_event(
        by=None,
        action="accounts.session.sign_in_failed",
        subject=("user_name", username[:80] or "-"),
    )
