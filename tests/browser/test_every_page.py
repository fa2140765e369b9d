"""Every page, light and dark, from a docked column to a large screen: nothing serious for axe, nothing that scrolls sideways
or is cut off."""

from pathlib import Path

import pytest

from tests.browser.axe import serious
from tests.browser.every_page import every_page
from tests.browser.site import DOCKED, WIDE, Hotline

pytestmark = pytest.mark.asyncio(loop_scope="session")

LARGE = (1920, 1080)
PICTURES = Path(__file__).parents[2] / "build" / "pictures"
"""Each page at each width as of the last run, to be looked at: no check sees what is ugly."""


async def test_every_page_can_be_read_by_everybody_in_both_themes_and_fits_every_width(
    hotline: Hotline,
) -> None:
    wrong: list[object] = []
    async for name, screen in every_page(hotline):
        for theme in ("dark", "light"):
            await screen.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            wrong += [(name, theme, one) for one in await serious(screen.page)]
        for width, height in (DOCKED, LARGE, WIDE):
            await screen.page.set_viewport_size({"width": width, "height": height})
            if width == DOCKED[0]:
                wrong += [(name, width, one) for one in await serious(screen.page)]
            if not await screen.fits():
                wrong.append((name, width, "scrolls sideways"))
            wrong += [(name, width, "cuts off", one) for one in await screen.cut_off()]
            await screen.page.screenshot(path=PICTURES / f"{name}-{width}.png")
    assert wrong == []
