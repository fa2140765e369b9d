"""axe-core on a page as it stands: what of the WCAG rules it finds broken, worst first. The page's own policy stays in force."""

from pathlib import Path
from typing import TypedDict

from playwright.async_api import Page

SOURCE = Path(__file__).parents[2] / "assistant/web/ui/node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
  const found = await axe.run(document, { runOnly: { type: 'tag', values: tags } })
  return found.violations.map(one => ({
    rule: one.id, impact: one.impact, where: one.nodes.slice(0, 4).map(node => node.target.join(' ') + ' | ' + node.html.slice(0, 160)),
  }))
}"""


class Violation(TypedDict):
    rule: str
    impact: str
    where: list[str]


async def serious(page: Page) -> list[Violation]:
    """Violations of impact serious or critical."""
    # Evaluated, not added as a tag: a tag would need an exception in the page's policy.
    await page.evaluate(SOURCE.read_text(encoding="utf-8"))
    found: list[Violation] = await page.evaluate(RUN, TAGS)
    return [one for one in found if one["impact"] in ("serious", "critical")]
