"""The two steps of the county's single sign-on: over to its page, and back with its signed word about who it was."""

from typing import Any

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse


class SignedWordAdapter(OpenIDConnectOAuth2Adapter):
    """allauth's client, which takes only a signed word.

    OpenID Connect Core 1.0, 3.1.3.7 (6), allows leaving the signature unchecked where the token came straight from the
    provider. Inside a county's network a line that somebody else ends is no rarity, so it is checked all the same.
    """

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Who it was. Raises `OAuth2Error` where the provider answers without a signed word."""
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("the provider sent no id_token")
        return super().complete_login(request, app, token, **kwargs)

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        try:
            return dict(
                jwtkit.verify_and_decode(
                    credential=id_token,
                    keys_url=self.openid_config["jwks_uri"],
                    issuer=self.openid_config["issuer"],
                    audience=app.client_id,
                    lookup_kid=jwtkit.lookup_kid_jwk,
                )
            )
        except KeyError as fault:
            raise OAuth2Error(f"the provider's key is not named: {fault}") from fault


def over(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider's own sign-in page."""
    answer: HttpResponse = OAuth2LoginView.adapter_view(SignedWordAdapter(request, provider_id))(request)
    return answer


def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """What the provider's answer leads to: a second factor, the page that was asked for, or the sign-in page again."""
    answer: HttpResponse = OAuth2CallbackView.adapter_view(SignedWordAdapter(request, provider_id))(request)
    return answer
