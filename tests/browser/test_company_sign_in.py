"""Signing in with a company account in a real browser: away to another site and back, under the page's own security policy."""

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.site import SECRET, opened, simulated_pbx, write_stories
from tests.support.oidc_provider import CLIENT, running_provider
from tests.support.oidc_provider import SECRET as CLIENT_SECRET
from tests.support.program import Program


async def test_one_click_there_and_back_opens_the_desk(browser: Browser, tmp_path: Path) -> None:
    write_stories(tmp_path)
    async with running_provider() as provider, simulated_pbx(tmp_path) as (_, ami_port):
        provider.person = {"preferred_username": "8001", "name": "刘敏", "groups": ["agents"]}
        program = Program(tmp_path, ami_port, SECRET)
        # The provider is at localhost, the page at 127.0.0.1: two sites to a browser, as in life.
        origin = f"http://127.0.0.1:{program.web_port}"
        with program.configuration.open("a") as toml:
            toml.write(
                f"[oidc]\nissuer = '{provider.issuer}'\nclient_id = '{CLIENT}'\nclient_secret = '{CLIENT_SECRET}'\n"
                f"own_address = '{origin}'\nrole_claim = 'groups'\n[oidc.roles]\nagents = 'agent'\n"
            )
        async with program, opened(browser, origin) as screen:
            provider.refuses, provider.comes_back_to = True, f"{origin}/api/oidc/left"
            await screen.part("company-sign-in").click()
            await expect(screen.page.get_by_role("alert")).to_contain_text("公司帐号那边没有同意")
            provider.refuses = False
            await screen.part("company-sign-in").click()
            await expect(screen.page.get_by_text("等待来电")).to_be_visible()
            assert screen.page.url == f"{origin}/"
            await screen.page.reload()
            await expect(screen.page.get_by_text("等待来电")).to_be_visible()
            provider.signs_out = False
            await screen.button("退出").click()
            await expect(screen.page.get_by_role("alert")).to_contain_text("公司登录系统不提供退出")
            provider.signs_out = True
            await screen.part("company-sign-in").click()
            await screen.button("退出").click()
            await expect(screen.page.get_by_role("status")).to_contain_text("公司帐号也已退出")
            await expect(screen.page.get_by_label("密码")).to_be_visible()
            assert screen.page.url == f"{origin}/"
            await screen.part("company-sign-in").click()
            await expect(screen.page.get_by_role("heading", name="Password, please")).to_be_visible()
