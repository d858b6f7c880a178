"""A county's single sign-on (OpenID Connect): where it is and how we call ourselves there, from the environment."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from config.env import Env, EnvError

#: What our addresses call the one provider there is.
PROVIDER = "county"


def single_sign_on(env: Env) -> dict[str, Any]:
    """allauth's `SOCIALACCOUNT_PROVIDERS`; empty where no server is named. Half a configuration is refused."""
    server = env.text("SANGONG_OIDC_SERVER")
    client = env.text("SANGONG_OIDC_CLIENT")
    secret = env.text("SANGONG_OIDC_SECRET")
    needed = {"SANGONG_OIDC_SERVER": server, "SANGONG_OIDC_CLIENT": client, "SANGONG_OIDC_SECRET": secret}
    if not any(needed.values()):
        return {}
    for name, value in needed.items():
        if not value:
            raise EnvError(name, value, " + ".join(needed))
    address = urlsplit(server)
    local = address.scheme == "http" and address.hostname in {"127.0.0.1", "localhost", "::1"}
    if not address.hostname or not (address.scheme == "https" or local):
        raise EnvError("SANGONG_OIDC_SERVER", server, "https://…")
    application = {
        "provider_id": PROVIDER,
        "name": env.text("SANGONG_OIDC_NAME", "统一身份认证"),
        "client_id": client,
        "secret": secret,
        # Only who it is: no profile and no mail address is read or kept.
        "settings": {"server_url": server, "fetch_userinfo": False},
    }
    return {"openid_connect": {"APPS": [application], "SCOPE": ["openid"], "OAUTH_PKCE_ENABLED": True}}
