"""Settings: one file; what differs between a laptop and a server comes from the environment."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from gongzhi.core import proxies

BASE = Path(__file__).resolve().parent
GONGZHI_HOME = Path(os.environ.get("GONGZHI_HOME", Path.cwd() / "var"))
PRODUCTION = os.environ.get("GONGZHI_PRODUCTION") == "1"
DEBUG = os.environ.get("GONGZHI_DEBUG") == "1"
DEMO = os.environ.get("GONGZHI_DEMO") == "1"


# The demonstration county lives on its own day, this long after (or before) the real one; zero otherwise.
def _clock_offset() -> timedelta:
    kept = GONGZHI_HOME / "demo-clock"
    seconds = os.environ.get("GONGZHI_CLOCK_OFFSET") or (kept.read_text() if DEMO and kept.exists() else "0")
    return timedelta(seconds=int(seconds))


CLOCK_OFFSET = _clock_offset()

DEMO_SECRET = "demo-secret-not-for-production"  # noqa: S105  refused in production
SECRET_KEY = os.environ.get("GONGZHI_SECRET", DEMO_SECRET)
# Where people reach this county: printed on papers, so that a receipt's code opens its proof.
PUBLIC_URL = os.environ.get("GONGZHI_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}").rstrip("/")
ALLOWED_HOSTS = os.environ.get("GONGZHI_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("GONGZHI_ORIGINS", "").split(",") if o]

# The proxies in front whose word on address and scheme is taken: addresses and networks, nobody unless named.
PROXIES = proxies.read(os.environ.get("GONGZHI_PROXIES", ""))

ROOMS = [
    "gongzhi.registers.places",
    "gongzhi.registers.organisations",
    "gongzhi.registers.people",
    "gongzhi.registers.positions",
    "gongzhi.registers.corrections",
    "gongzhi.registers.residents",
    "gongzhi.lists.duties",
    "gongzhi.lists.agreements",
    "gongzhi.lists.appraisals",
    "gongzhi.participation.conversations",
    "gongzhi.participation.opinions",
    "gongzhi.participation.ballots",
    "gongzhi.participation.deliberations",
    "gongzhi.insight",
    "gongzhi.site",
]
if os.environ.get("GONGZHI_ROOMS"):  # leave rooms out, for work on a single one
    ROOMS = [f"gongzhi.{room}" for room in os.environ["GONGZHI_ROOMS"].split(",")]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "ninja",
    *ROOMS,
    "gongzhi.core",
]
# Other ways in for residents, configured and not coded: a JSON list of {"provider", "client_id", "secret", …}, where
# "provider" is one of django-allauth's or "openid_connect" with "provider_id", "name" and "settings": {"server_url"}.
PROVIDERS: list[dict[str, Any]] = json.loads(os.environ.get("GONGZHI_PROVIDERS") or "[]")
if PROVIDERS:
    INSTALLED_APPS += ["django.contrib.auth", "allauth", "allauth.account", "allauth.socialaccount"]
    INSTALLED_APPS += sorted({f"allauth.socialaccount.providers.{p['provider']}" for p in PROVIDERS})
    SOCIALACCOUNT_ADAPTER = "gongzhi.site.provider_adapter.Adapter"
    SOCIALACCOUNT_ONLY, ACCOUNT_EMAIL_VERIFICATION = True, "none"
    ACCOUNT_USER_MODEL_USERNAME_FIELD, ACCOUNT_USER_MODEL_EMAIL_FIELD = "login", None
    ACCOUNT_LOGIN_METHODS, ACCOUNT_SIGNUP_FIELDS = {"username"}, ["username*"]
MIDDLEWARE = [
    "gongzhi.site.middleware.Proxies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "gongzhi.site.middleware.Reading",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "gongzhi.site.sessions.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "gongzhi.core.pages.Refusals",
    *(["allauth.account.middleware.AccountMiddleware"] if PROVIDERS else []),
]
ROOT_URLCONF = "gongzhi.urls"
WSGI_APPLICATION = "gongzhi.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "gongzhi.site.jinja.Rooms",
        "APP_DIRS": True,
        "DIRS": [],
        "OPTIONS": {
            "environment": "gongzhi.site.jinja.environment",
            "context_processors": ["gongzhi.site.sessions.shell"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]


def _database(url: str) -> dict[str, object]:
    parts = urlparse(url)
    return {
        "ENGINE": "gongzhi.core.database",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 3},
        "TEST": {"NAME": os.environ.get("GONGZHI_TEST_DB") or f"test_{unquote(parts.path.lstrip('/'))}"},
    }


DATABASES = {
    "default": _database(os.environ.get("DATABASE_URL", "postgresql://gongzhi_app@127.0.0.1:5432/gongzhi"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "core.Account"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.MD5PasswordHasher",
]
if os.environ.get("GONGZHI_FAST_HASH") == "1":  # tests only: refused in production
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SESSION_ENGINE = "gongzhi.site.stored_sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked by machines, on this machine
SECURE_HSTS_SECONDS = 31536000 if PRODUCTION else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Keys that seal personal fields: "id:hex,id:hex", the first is used for new values (see core.sealed).
GONGZHI_KEYS = os.environ.get("GONGZHI_KEYS", "")

# How messages reach people's phones (see core.gateway). In production nothing goes out until a service is named.
GATEWAY = os.environ.get("GONGZHI_GATEWAY") or ("off" if PRODUCTION else "screen" if DEMO else "console")
GATEWAY_URL = os.environ.get("GONGZHI_GATEWAY_URL", "")
GATEWAY_SECRET = os.environ.get("GONGZHI_GATEWAY_SECRET", "")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = GONGZHI_HOME / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 31536000

FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20000
FILE_UPLOAD_TEMP_DIR = None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
