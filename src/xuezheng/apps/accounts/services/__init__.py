"""Changing users, grants and tokens; every change is audited in its own transaction."""

from xuezheng.apps.accounts.services.demonstration import demo_user_for, ensure_demo_users
from xuezheng.apps.accounts.services.grants import grant_role, revoke_role
from xuezheng.apps.accounts.services.sessions import record_failed_sign_in, record_sign_in
from xuezheng.apps.accounts.services.tokens import create_token, revoke_token
from xuezheng.apps.accounts.services.users import (
    create_user,
    reset_password,
    set_active,
    set_language,
)

__all__ = [
    "create_token",
    "create_user",
    "demo_user_for",
    "ensure_demo_users",
    "grant_role",
    "record_failed_sign_in",
    "record_sign_in",
    "reset_password",
    "revoke_role",
    "revoke_token",
    "set_active",
    "set_language",
]
