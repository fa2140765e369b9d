"""The doctor beyond this house: do the company's customer system and its identity provider answer? Nothing is posted, nobody signs in."""

import httpx

from assistant.clock import Clock
from assistant.config import CrmSection, OidcSection
from assistant.diagnosis import Finding
from assistant.page_settings import oidc_settings
from assistant.web.oidc import Oidc
from assistant.web.oidc_claims import NotAdmittedError

GONE = (404, 410)


async def check_crm(section: CrmSection) -> list[Finding]:
    """Of the page's address only the browsers know whether they reach it."""
    if section.webhook is None:
        return []
    host = httpx.URL(section.webhook).host
    try:
        async with httpx.AsyncClient(
            timeout=section.webhook_timeout, follow_redirects=False, trust_env=False
        ) as client:
            status = (await client.head(section.webhook)).status_code
    except httpx.HTTPError as error:
        zh = f"客户系统 {host} 连不上({type(error).__name__}):请核对 [crm] webhook、网络和证书;通话不受影响。"
        return [Finding("crm", "warning", zh, f"{host} cannot be reached: check [crm] webhook.")]
    if status in GONE or status >= 500:
        zh = f"客户系统 {host} 回答 {status}:请核对 [crm] webhook 的地址,或请管它的人查看。"
        return [Finding("crm", "warning", zh, f"{host} answers {status}: check [crm] webhook.")]
    return [Finding("crm", "ok", f"客户系统 {host} 有回答。", f"{host} answers.")]


async def check_oidc(section: OidcSection, clock: Clock) -> list[Finding]:
    settings = oidc_settings(section)
    if settings is None:
        return []
    try:
        provider = await Oidc(settings, clock).look()
    except NotAdmittedError as error:
        return [_oidc_fault(settings.issuer, error)]
    zh = f"公司帐号登录:{settings.issuer} 可用。请在那里登记 {settings.redirect_uri}"
    en = f"{settings.issuer} answers; register {settings.redirect_uri} there"
    if provider.end_session_endpoint is None:
        return [Finding("oidc", "ok", f"{zh};它不提供退出。", f"{en}; it does not offer signing out.")]
    return [
        Finding(
            "oidc",
            "ok",
            f"{zh},退出后的网址 {settings.left_uri}。",
            f"{en}, after signing out {settings.left_uri}.",
        )
    ]


def _oidc_fault(issuer: str, error: NotAdmittedError) -> Finding:
    if error.refusal == "unreachable":
        zh = f"身份提供方 {issuer} 连不上:请核对 [oidc] issuer、网络和证书;密码登录照常。({error.detail})"
        en = f"{issuer} cannot be reached: check [oidc] issuer, network and certificate."
    else:
        zh = f"身份提供方 {issuer} 的说明文件不对:[oidc] issuer 要与它自称的一字不差。({error.detail})"
        en = f"{issuer} does not describe itself so: [oidc] issuer must be exactly what it calls itself."
    return Finding("oidc", "fault", zh, en)
