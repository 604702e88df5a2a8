"""The models of the accounts app."""

from xuezheng.apps.accounts.models.grants import RoleGrant
from xuezheng.apps.accounts.models.tokens import ApiToken
from xuezheng.apps.accounts.models.users import User

__all__ = ["ApiToken", "RoleGrant", "User"]
