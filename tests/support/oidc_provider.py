"""A small OpenID provider on a real port: authorization code, PKCE, signed ID tokens. A test says who is at the browser, and what goes wrong."""

import asyncio
import base64
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote_plus, urlencode

import uvicorn
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

CLIENT, SECRET = "hotline", "s3cret of the client"
NO_ICON = '<link rel="icon" href="data:,">'
"""A browser that finds none asks for one, and reports that there is none."""
Claims = dict[str, object]


@dataclass
class Provider:
    """`person`: claims of whoever is at the browser. `twist` changes the claims before they are signed, `foreign_key` who signs.
    `left`: what each sign-out was asked with; from then on the browser is to give a password. `comes_back_to`: registered for it."""

    person: Claims = field(default_factory=dict)
    twist: Callable[[Claims], Claims] = lambda claims: claims
    foreign_key: bool = False
    refuses: bool = False
    signs_out: bool = True
    away: bool = False
    comes_back_to: str = ""
    left: list[dict[str, str]] = field(default_factory=list)
    port: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)
    grants: dict[str, dict[str, str]] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}))
    other_key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}/realm"

    def configuration(self) -> Claims:
        leaving = {"end_session_endpoint": f"{self.issuer}/logout?ui=zh"} if self.signs_out else {}
        return {
            **leaving,
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def authorize(self, asked: dict[str, str]) -> Response:
        """Nobody is asked for a password while `person` is signed in here."""
        self.asked.append(asked)
        if self.left:
            return HTMLResponse(f"{NO_ICON}<h1>Password, please</h1>")
        back = {"state": asked["state"]}
        if self.refuses:
            return RedirectResponse(
                f"{asked['redirect_uri']}?{urlencode({**back, 'error': 'access_denied'})}", 302
            )
        code = secrets.token_urlsafe(16)
        self.grants[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({**back, 'code': code})}", 302)

    def leave(self, asked: dict[str, str]) -> Response:
        """As OpenID Connect RP-Initiated Logout 1.0 has it: no way back but one that is registered for whoever asks."""
        hint = asked.get("id_token_hint")
        client = jwt.decode(hint, self.key).claims["aud"] if hint else asked.get("client_id")
        known = client == asked.get("client_id", client) == CLIENT
        if not known or asked.get("post_logout_redirect_uri") != self.comes_back_to:
            return HTMLResponse("<h1>Unknown client</h1>", 400)
        self.left.append(asked)
        return RedirectResponse(self.comes_back_to, 302)

    def token(self, form: dict[str, str], authorization: str) -> Response:
        grant = self.grants.pop(form.get("code", ""), None)
        basic = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if [unquote_plus(one) for one in basic.split(":")] != [CLIENT, SECRET]:
            return JSONResponse({"error": "invalid_client"}, 401)
        proved = grant is not None and (
            create_s256_code_challenge(form.get("code_verifier", "")) == grant["code_challenge"]
            and form.get("redirect_uri") == grant["redirect_uri"]
        )
        if not proved or grant is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims: Claims = {
            "iss": self.issuer,
            "sub": "subject-1",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": grant["nonce"],
            **self.person,
        }
        key = self.other_key if self.foreign_key else self.key
        signed = jwt.encode({"alg": "RS256", "kid": "k1"}, self.twist(claims), key)  # type: ignore[arg-type]
        return JSONResponse(
            {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": signed}
        )

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/realm/.well-known/openid-configuration")
        async def configuration() -> Response:
            return Response(status_code=503) if self.away else JSONResponse(self.configuration())

        @app.get("/realm/keys")
        async def keys() -> Claims:
            return {"keys": [self.key.as_dict(private=False)]}

        @app.get("/realm/authorize")
        async def authorize(request: Request) -> Response:
            return self.authorize(dict(request.query_params))

        @app.get("/realm/logout")
        async def leave(request: Request) -> Response:
            return self.leave(dict(request.query_params))

        @app.post("/realm/token")
        async def token(request: Request) -> Response:
            form = dict(parse_qsl((await request.body()).decode()))
            return self.token(form, request.headers.get("authorization", ""))

        return app


@asynccontextmanager
async def running_provider() -> AsyncIterator[Provider]:
    provider = Provider()
    config = uvicorn.Config(
        provider.app(), host="127.0.0.1", port=0, log_config=None, access_log=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    provider.port = server.servers[0].sockets[0].getsockname()[1]
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.main_loop())
        try:
            yield provider
        finally:
            serving.cancel()
            await server.shutdown()
