"""Django settings: one file, the environment read once.

Rules of a city are never settings; they are in its policy pack. What stands here is what one installation differs in
from another: the database, the address, the secrets. `docs/reference/settings.md` lists every variable.
"""

from __future__ import annotations

from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from xuezheng.site.data_folder import default_data_folder, kept_secret
from xuezheng.site.database_url import parse_database_url
from xuezheng.site.environment import Environment
from xuezheng.site.openid import openid_origins

_env = Environment()

# --- Installation ----------------------------------------------------------------------------------------------------

DATA_FOLDER = _env.folder("XUEZHENG_DATA", default=default_data_folder())
DEBUG = _env.flag("XUEZHENG_DEBUG", default=False)
SECRET_KEY = _env.optional_text("XUEZHENG_SECRET_KEY") or kept_secret(DATA_FOLDER, "secret_key")
ALLOWED_HOSTS = _env.words("XUEZHENG_HOSTS", default=("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = _env.words("XUEZHENG_ORIGINS")
# Whether visitors reach the site by HTTPS, directly or through a proxy in front that speaks for them.
HTTPS = _env.flag("XUEZHENG_HTTPS", default=False)
# The demonstration city: the front page then offers a sign-in for each role.
DEMONSTRATION = _env.flag("XUEZHENG_DEMONSTRATION", default=False)
# Key for identity numbers, 32 bytes as base64url or any long text; kept apart from the secret key so that either can be changed alone.
IDENTITY_KEY = _env.optional_text("XUEZHENG_IDENTITY_KEY") or kept_secret(
    DATA_FOLDER, "identity_key"
)
# Folder of the policy packs of this installation, searched before the ones that come with the program.
PACKS_FOLDER = _env.optional_text("XUEZHENG_PACKS")
CITY_PACK = _env.text("XUEZHENG_PACK", "harbin/2023")

# --- Applications ----------------------------------------------------------------------------------------------------

_OWN_APPS = (
    "xuezheng.site",
    "xuezheng.apps.record",
    "xuezheng.apps.accounts",
    "xuezheng.apps.registry",
    "xuezheng.apps.plan",
    "xuezheng.apps.portal",
)


INSTALLED_APPS = [
    *_OWN_APPS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "ninja",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "xuezheng.apps.portal.middleware.CarefulMiddleware",
    "xuezheng.apps.accounts.middleware.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "xuezheng.apps.accounts.middleware.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "xuezheng.apps.portal.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "xuezheng.site.urls"
WSGI_APPLICATION = "xuezheng.site.wsgi.application"
ASGI_APPLICATION = "xuezheng.site.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "xuezheng.apps.portal.context.page",
            ],
        },
    }
]

# --- Database and jobs -----------------------------------------------------------------------------------------------

DATABASE_URL = _env.text("DATABASE_URL")  # as libpq reads it, for what reads without Django
DATABASES: dict[str, dict[str, Any]] = {"default": parse_database_url(DATABASE_URL)}
DATABASES["default"]["OPTIONS"]["pool"] = {
    "min_size": 1,
    "max_size": _env.whole_number("XUEZHENG_DATABASE_CONNECTIONS", default=10, lowest=1),
    "timeout": 20,
}
DATABASES["default"]["TEST"] = {"NAME": _env.text("XUEZHENG_TEST_DATABASE", "test_xuezheng")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# In the database, because sign-in limits must count across every web process.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "site_cache"}
}

# --- Sign-in ---------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_ADAPTER = "xuezheng.apps.accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "xuezheng.apps.accounts.adapter.SocialAccountAdapter"
# Who must have a second factor: nobody, the roles of the bureau's and schools' staff, or everybody.
REQUIRE_SECOND_FACTOR = _env.choice(
    "XUEZHENG_REQUIRE_SECOND_FACTOR", ("none", "staff", "all"), default="none"
)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Xuezheng"
_openid_server = _env.optional_text("XUEZHENG_OPENID_SERVER")
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {"openid_connect": {"APPS": []}}
if _openid_server:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"].append(
        {
            "provider_id": "bureau",
            "name": _env.text("XUEZHENG_OPENID_NAME", "OpenID Connect"),
            "client_id": _env.text("XUEZHENG_OPENID_CLIENT"),
            "secret": _env.text("XUEZHENG_OPENID_SECRET"),
            "settings": {"server_url": _openid_server},
        }
    )

# --- Languages and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- Files -----------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
MEDIA_ROOT = DATA_FOLDER / "files"
SNAPSHOTS_FOLDER = DATA_FOLDER / "snapshots"
# Static files are served from where they are installed: no collecting step, and their names carry their version.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# --- Safety ----------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # The form that leaves for the sign-in service is answered by a redirect to it.
        "form-action": [SELF, *openid_origins(_openid_server)],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # forms carry the token themselves
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Two cities on one machine differ by port only, and cookies do not: the name tells them apart.
_cookie_suffix = _env.optional_text("XUEZHENG_COOKIE_SUFFIX")
if _cookie_suffix:
    SESSION_COOKIE_NAME = f"sessionid_{_cookie_suffix}"
    CSRF_COOKIE_NAME = f"csrftoken_{_cookie_suffix}"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
if _env.flag("XUEZHENG_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True

# --- Logs ------------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {
        "handlers": ["console"],
        "level": _env.choice(
            "XUEZHENG_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), default="WARNING"
        ),
    },
}

# `xuezheng user create` reads this one; it is known here, so that it is not refused.
_env.optional_text("XUEZHENG_NEW_PASSWORD")
_env.refuse_unknown("XUEZHENG_")
