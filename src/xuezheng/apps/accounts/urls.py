"""Addresses of the accounts app; allauth's own follow at the same prefix."""

from django.urls import path

from xuezheng.apps.accounts.views import account, users

app_name = "accounts"

urlpatterns = [
    path("", account.account, name="account"),
    path("tokens/", account.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", account.token_revoke, name="token_revoke"),
    path("users/", users.user_list, name="users"),
    path("users/new/", users.user_new, name="user_new"),
    path("users/<int:pk>/", users.user_page, name="user"),
    path("users/<int:pk>/grant/", users.grant, name="grant"),
    path("users/<int:pk>/revoke/<int:grant_pk>/", users.revoke, name="revoke"),
    path("users/<int:pk>/password/", users.password, name="password"),
    path("users/<int:pk>/active/", users.active, name="active"),
    # allauth has pages here that a bureau does not want: users are made, not signed up, and nothing goes by e-mail.
    path("signup/", account.closed, name="closed"),
    path("email/", account.closed),
    path("password/reset/", account.closed, {"status": 200}),
    path("3rdparty/signup/", account.closed),
]
