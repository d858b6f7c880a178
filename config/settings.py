"""Settings, in the order of a request's way: what there is, who may come in, what is kept, what is written down.

Everything that may differ between installations is read through ``config.env`` and listed in the README.
"""

from __future__ import annotations

import math
import sys
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import database
from config.env import Env
from config.factors import second_factor
from config.logs import logging_configuration
from config.secret import secret_key
from config.single_sign_on import single_sign_on

env = Env()
BASE_DIR = database.BASE_DIR
VAR = database.var_folder(env)
TESTING = "pytest" in sys.modules

DEBUG = env.flag("SANGONG_DEBUG")
# Whether people reach us through HTTPS (a proxy in front ends it). Cookies, HSTS and redirects follow.
HTTPS = env.flag("SANGONG_HTTPS")

SANGONG_VERSION = "0.1.0"
# Where the source of this very installation is offered, as the licence asks (AGPL-3.0, section 13).
SANGONG_SOURCE_URL = env.text("SANGONG_SOURCE_URL")
# What stands beside the mark on every page; empty is the example's name.
SANGONG_HOUSE = env.text("SANGONG_HOUSE")

# Whether this is the example town, for trying out. Its accounts exist and sign in nowhere else (N3).
SANGONG_EXAMPLE = env.flag("SANGONG_EXAMPLE", default=DEBUG or TESTING)
# For how long an issued password that nobody has changed yet opens the account.
SANGONG_ISSUED_HOURS = env.integer("SANGONG_ISSUED_HOURS", 72, least=1, most=720)

# How many days a message is kept that no flow waits for yet, where its sender does not say.
SANGONG_MESSAGE_DAYS = env.integer("SANGONG_MESSAGE_DAYS", 7, least=0, most=3650)

# Keys of the log and the copy of its checkpoints lie outside the database; those of tests must not mix with them.
RECORD = VAR / ("record-of-tests" if TESTING else "record")
# What entries of the log and checkpoints are hashed with from now on; what stands there keeps its own.
LOG_HASH = env.choice("SANGONG_LOG_HASH", ["sha256", "sm3"], "sha256")

# The authority that stamps checkpoints (RFC 3161), and the root certificates its stamps are checked with.
TSA_URL = env.address("SANGONG_TSA_URL")
TSA_CERTIFICATES = env.text("SANGONG_TSA_CERTIFICATES")
if TSA_URL and not TSA_CERTIFICATES:
    raise ImproperlyConfigured(
        "设置了 SANGONG_TSA_URL 时，须同时用 SANGONG_TSA_CERTIFICATES 给出该机构的根证书文件（PEM）。"
        " (SANGONG_TSA_URL needs SANGONG_TSA_CERTIFICATES, the authority's root certificates)"
    )

SECRET_KEY = secret_key(env, VAR)
SECRET_KEY_FALLBACKS = env.names("SECRET_KEY_FALLBACKS")

# What there is

INSTALLED_APPS = [
    "permissions.apps.PermissionsConfig",
    "workflows.apps.WorkflowsConfig",
    "decisions.apps.DecisionsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # Serves static files in `runserver` as in production; must stand before staticfiles.
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "django_htmx",
    "guardian",
    "simple_history",
    # The engine's tables and nodes only. "viewflow" itself would bring a UI that breaks our CSP.
    "viewflow.workflow",
    "procrastinate.contrib.django",
]

# The reason of a version is as long as people write it.
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

# How many proxies of ours stand in front; only their word about the address of a visitor is taken.
PROXIES = env.integer("SANGONG_PROXIES", 0, least=0, most=5)

MIDDLEWARE = [
    "config.middleware.visitor_address",
    # Around everything, so that redirects to HTTPS and static files carry them too.
    "csp.middleware.CSPMiddleware",
    "config.middleware.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "permissions.sign_in.sessions.SessionMiddleware",
    "permissions.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.middleware.body_limit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.middleware.plain_text",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Before anything answers in a view's place, so that being sent to the sign-in counts too.
    "config.limits.LimitMiddleware",
    # Every address asks for signing in unless its view says otherwise.
    "permissions.middleware.SignInMiddleware",
    "permissions.middleware.SettleMiddleware",
    "permissions.middleware.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Keeps the request at hand for allauth's second factors and single sign-on.
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    # Around errors as well: what was refused was not read.
    "decisions.reading.AuditedReadingMiddleware",
    # Near the views, so that an error a user caused becomes its page inside everything above.
    "permissions.middleware.ApplicationErrorMiddleware",
    # Last, as its documentation asks: it only rewrites the answer to a locked-out log-in.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "workflows.context.counts",
            ],
        },
    },
]

# Where data is

DATABASES = {"default": database.configuration(env, testing=TESTING)}
# The role that writes, and how the connection differs for the one that migrates (permissions/database_roles.py).
DATABASE_ROLE, DATABASE_OWNER = database.roles(env, testing=TESTING)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Who may come in

ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS")

AUTH_USER_MODEL = "permissions.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_LENGTH = env.integer("SANGONG_PASSWORD_LENGTH", 10, least=8, most=64)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

# Signing in runs through allauth's stages, so that a password and the county's single sign-on meet the same second factor.
# Accounts are made by the administrators: nobody signs up, and no e-mail address is asked for.
ACCOUNT_ADAPTER = "permissions.sign_in.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# Half a sign-in (the password was right, the second factor is missing) is forgotten after this many seconds.
ACCOUNT_LOGIN_TIMEOUT = 600
# How somebody is slowed down who guesses: by axes and by the guard of the second factor, which all processes share.
ACCOUNT_RATE_LIMITS = False
MFA_ADAPTER = "permissions.sign_in.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_RECOVERY_CODE_DIGITS = 8
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# Phones' clocks are wrong by up to half a minute.
MFA_TOTP_TOLERANCE = 1
# Whose roles need a second factor: role codes, `all`, or `none`. Outside of the example the three administrators' do (N2).
SECOND_FACTOR = second_factor(env, example=SANGONG_EXAMPLE)
# For this long after proving who one is, nothing asks for it again.
CONFIRM_SECONDS = 60 * env.integer("SANGONG_CONFIRM_MINUTES", 15, least=1, most=720)
# From one address so many different names may fail within the lock's time: more is somebody trying one password on all.
SIGN_IN_NAMES = env.integer("SANGONG_LOGIN_NAMES", 20, least=5, most=1000)

SOCIALACCOUNT_ADAPTER = "permissions.sign_in.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_QUERY_EMAIL = False
SOCIALACCOUNT_PROVIDERS = single_sign_on(env)

# No shared "anonymous" account: an anonymous visitor may nothing.
ANONYMOUS_USER_NAME = None

# Lock a name out from one address; locking the name alone would let anybody lock a chair out on the day of a sitting.
AXES_FAILURE_LIMIT = env.integer("SANGONG_LOGIN_FAILURES", 5, least=3, most=20)
# axes takes hours
AXES_COOLOFF_TIME = env.integer("SANGONG_LOGIN_LOCK_MINUTES", 15, least=1, most=1440) / 60
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "config.lockout.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

SESSION_ENGINE = "permissions.sign_in.sessions"
# With every request somebody makes the time starts anew (not with what a page asks by itself), so this is the idle time.
SESSION_COOKIE_AGE = 60 * env.integer("SANGONG_SESSION_MINUTES", 30, least=5, most=720)
# Whatever is done, a session ends this long after signing in.
SESSION_LIFETIME = 3600 * env.integer("SANGONG_SESSION_HOURS", 12, least=1, most=168)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# The prefix makes browsers refuse a cookie of this name that another host of the domain has set, or that came without HTTPS.
_COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{_COOKIE_PREFIX}django_language"
MESSAGE_STORAGE = "config.flashes.Flashes"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        # Follows from the first; said for those who read policies.
        "object-src": [NONE],
    },
}

# How many requests of each kind at once, and how many a minute after that (`config.limits`). A page of a running sitting asks
# once a second; an office of forty signs in at eight o'clock from one address.
_LIMIT_PERCENT = env.integer("SANGONG_LIMIT_PERCENT", 100, least=0, most=1000)
LIMITS = {
    kind: (math.ceil(at_once * _LIMIT_PERCENT / 100), math.ceil(a_minute * _LIMIT_PERCENT / 100))
    for kind, at_once, a_minute in (
        ("read", 120, 120),
        ("live", 240, 240),
        ("search", 30, 30),
        ("file", 60, 30),
        ("write", 60, 60),
        ("visitor read", 120, 120),
        ("visitor live", 30, 30),
        ("visitor search", 30, 30),
        ("visitor file", 5, 2),
        ("visitor write", 40, 20),
    )
    if _LIMIT_PERCENT
}

# What a request may bring; materials have their own, stricter check. Several of them may come with one form.
MAX_REQUEST_BYTES = 120 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# A virus scanner to ask about every upload (`permissions.scanning`), and how long to wait for each word of it.
CLAMAV = env.socket("SANGONG_CLAMAV")
CLAMAV_SECONDS = env.integer("SANGONG_CLAMAV_SECONDS", 30, least=1, most=600)

# Whom to tell of a weakness, as /.well-known/security.txt says: mailto:… or https://….
SANGONG_SECURITY_CONTACT = env.text("SANGONG_SECURITY_CONTACT")

# Background work that fails is tried again this often, after this long at first and four times as long each time.
JOB_RETRIES = env.integer("SANGONG_JOB_RETRIES", 7, least=0, most=20)
JOB_RETRY_SECONDS = env.integer("SANGONG_JOB_RETRY_SECONDS", 10, least=5, most=3600)

# Language and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Files

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG or TESTING
WHITENOISE_AUTOREFRESH = DEBUG or TESTING
# Uploads are served by views that ask the policy first; MEDIA_URL stays empty so that nothing else can.
MEDIA_ROOT = VAR / "uploads"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}

# What is written down

LOGGING_CONFIG = None
LOG_LEVEL = env.choice("SANGONG_LOG_LEVEL", ["DEBUG", "INFO", "WARNING", "ERROR"], "INFO")
logging_configuration(LOG_LEVEL, plain=TESTING)

SIMPLE_HISTORY_REVERT_DISABLED = True
