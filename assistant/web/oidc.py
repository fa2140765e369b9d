"""Signing in at the company's own identity provider, and out: OpenID Connect, authorization code with PKCE, state and nonce.

What the provider says counts only if it answers a question this program asked of this very browser, lately, and once.
"""

import hmac
import logging
import secrets
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from urllib.parse import quote_plus

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from assistant.clock import Clock
from assistant.web.oidc_claims import NotAdmittedError, OidcSettings

log = logging.getLogger(__name__)

PATIENCE_S = 10.0
LEAVING_S = 3.0
"""Who leaves does not wait long: the session here has ended already."""
ASKED_WITHIN_S = 600.0
"""For how long a person may take at the provider."""
MOST_ASKED = 1000
LEEWAY_S = 60
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signed by a key only the provider has: neither `none` nor a shared secret."""


@dataclass(frozen=True, slots=True)
class Provider:
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None
    """Where browsers are signed out; some providers have none."""


@dataclass(frozen=True, slots=True)
class Heard:
    """`claims` of the ID token, and the token as it came."""

    claims: Mapping[str, object]
    id_token: str


@dataclass(frozen=True, slots=True)
class _Asked:
    nonce: str
    verifier: str
    at: float


class Oidc:
    def __init__(self, settings: OidcSettings, clock: Clock) -> None:
        self.settings = settings
        self._clock = clock
        self._provider: Provider | None = None
        self._asked: dict[str, _Asked] = {}

    async def ask(self) -> tuple[str, str]:
        """The address to send the browser to, and the state its answer must bring. Raises NotAdmittedError."""
        settings = self.settings
        async with _client() as client:
            provider = await self._find(client)
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        self._remember(state, _Asked(nonce, verifier, self._clock.now()))
        url = prepare_grant_uri(
            provider.authorization_endpoint,
            client_id=settings.client_id,
            response_type="code",
            redirect_uri=settings.redirect_uri,
            scope=settings.scopes,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return str(url), state

    async def look(self) -> Provider:
        """Whether the provider is there, describes itself as it should and shows its keys. Raises NotAdmittedError."""
        async with _client() as client:
            provider = await self._find(client)
            _object(await _reach(client.get(provider.jwks_uri)))
        return provider

    async def leave(self, id_token: str | None) -> str | None:
        """Where to send the browser to be signed out there too (OpenID Connect RP-Initiated Logout 1.0); None: the provider does not
        do that. It is asked anew whether it is there, for a page that does not load tells nobody anything. Raises NotAdmittedError."""
        self._provider = None
        async with _client(LEAVING_S) as client:
            endpoint = (await self._find(client)).end_session_endpoint
        if endpoint is None:
            return None
        settings = self.settings
        told = {"client_id": settings.client_id, "post_logout_redirect_uri": settings.left_uri}
        if id_token is not None:
            told["id_token_hint"] = id_token
        return str(httpx.URL(endpoint).copy_merge_params(told))

    async def hear(self, state: str, code: str, state_of_browser: str) -> Heard:
        """Raises NotAdmittedError."""
        asked = self._asked.get(state)
        ours = hmac.compare_digest(state.encode(), state_of_browser.encode())
        if asked is None or not ours or self._clock.now() - asked.at > ASKED_WITHIN_S:
            raise NotAdmittedError("expired")
        del self._asked[state]
        async with _client() as client:
            provider = await self._find(client)
            token = _object(await self._exchange(client, provider, code, asked.verifier))
            keys = _object(await _reach(client.get(provider.jwks_uri)))
        return Heard(self._claims(token, keys, asked.nonce), str(token["id_token"]))

    async def _exchange(
        self, client: httpx.AsyncClient, provider: Provider, code: str, verifier: str
    ) -> httpx.Response:
        """RFC 6749 4.1.3 with RFC 7636 4.5; the secret goes by HTTP Basic (RFC 6749 2.3.1)."""
        settings = self.settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": settings.redirect_uri,
            "code_verifier": verifier,
        }
        if not settings.client_secret:
            return await _reach(
                client.post(provider.token_endpoint, data={**form, "client_id": settings.client_id})
            )
        who = (quote_plus(settings.client_id), quote_plus(settings.client_secret))
        return await _reach(client.post(provider.token_endpoint, data=form, auth=who))

    def _claims(
        self, token: Mapping[str, object], keys: Mapping[str, object], nonce: str
    ) -> Mapping[str, object]:
        settings = self.settings
        options = {
            "iss": {"essential": True, "value": settings.issuer},
            "aud": {"essential": True, "value": settings.client_id},
        }
        params = {
            "nonce": nonce,
            "client_id": settings.client_id,
            "access_token": token.get("access_token"),
        }
        try:
            read = jwt.decode(str(token.get("id_token")), KeySet.import_key_set(keys), ALGORITHMS)  # type: ignore[arg-type]
            claims = CodeIDToken(read.claims, read.header, options, params)
            claims.validate(int(self._clock.wall().timestamp()), LEEWAY_S)
        except (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError) as error:
            raise NotAdmittedError("invalid", detail=f"{type(error).__name__}: {error}") from error
        return dict(read.claims)

    async def _find(self, client: httpx.AsyncClient) -> Provider:
        if self._provider is None:
            issuer = self.settings.issuer
            address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
            said = _object(await _reach(client.get(address)))
            if said.get("issuer") != issuer:
                raise NotAdmittedError("invalid", detail=f"the provider calls itself {said.get('issuer')!r}")
            self._provider = _provider(said)
        return self._provider

    def _remember(self, state: str, asked: _Asked) -> None:
        now = self._clock.now()
        self._asked = {one: known for one, known in self._asked.items() if now - known.at <= ASKED_WITHIN_S}
        if len(self._asked) >= MOST_ASKED:
            self._asked.pop(next(iter(self._asked)))
        self._asked[state] = asked


def _provider(said: Mapping[str, object]) -> Provider:
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    found = [said.get(name) for name in names]
    if not all(map(_is_address, found)):
        raise NotAdmittedError("invalid", detail="the provider does not say where its endpoints are")
    leaving = said.get("end_session_endpoint")
    authorizing, giving_tokens, keys = map(str, found)
    return Provider(authorizing, giving_tokens, keys, str(leaving) if _is_address(leaving) else None)


def _is_address(said: object) -> bool:
    return isinstance(said, str) and said.startswith(("https://", "http://"))


def _client(patience_s: float = PATIENCE_S) -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=patience_s, follow_redirects=False, trust_env=False)


async def _reach(asking: Awaitable[httpx.Response]) -> httpx.Response:
    try:
        return await asking
    except httpx.HTTPError as error:
        raise NotAdmittedError("unreachable", detail=f"{type(error).__name__} {error}") from error


def _object(answer: httpx.Response) -> Mapping[str, object]:
    """The JSON object of a success. What else it says is not logged: it may hold tokens."""
    if answer.status_code >= 500:
        raise NotAdmittedError("unreachable", detail=f"{answer.url.path} answers {answer.status_code}")
    try:
        said = answer.json()
    except ValueError:
        said = None
    if answer.status_code != 200 or not isinstance(said, dict):
        raise NotAdmittedError("invalid", detail=f"{answer.url.path} answers {answer.status_code}")
    return said
