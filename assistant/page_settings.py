"""What the web side is told of the settings."""

from assistant.sections import OidcSection, Settings
from assistant.web import WebSettings
from assistant.web.oidc_claims import OidcSettings


def web_settings(settings: Settings) -> WebSettings:
    section = settings.web
    return WebSettings(
        host=section.host,
        port=section.port,
        allowed_origins=section.origins,
        trusted_proxies=section.trusted_proxies,
        tls_certificate=section.tls_cert,
        tls_key=section.tls_key,
        behind_tls=section.behind_tls,
        oidc=oidc_settings(settings.oidc),
        session_hours=section.session_hours,
        opens_windows=settings.crm.url is not None,
    )


def oidc_settings(section: OidcSection) -> OidcSettings | None:
    if section.issuer is None or section.own_address is None:
        return None
    return OidcSettings(
        issuer=section.issuer,
        client_id=section.client_id,
        client_secret=section.client_secret,
        own_address=section.own_address,
        label=section.label,
        scopes=section.scopes,
        extension_claim=section.extension_claim,
        name_claim=section.name_claim,
        role_claim=section.role_claim,
        roles=section.roles,
    )
