"""The built page: its files as they are, and its entry for every other address. Without a build, a page that says how to build it."""

from pathlib import Path

from fastapi import FastAPI, HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

_NOT_BUILT = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>热线助手</title>
<h1>页面还没有构建</h1><p>请在源码目录执行 <code>make ui</code>,然后刷新。服务本身已在运行。</p>
<p>The page is not built yet: run <code>make ui</code> and reload. The service itself is running.</p></html>"""

_FOREVER = "public, max-age=31536000, immutable"


def add_pages(app: FastAPI, static: Path) -> None:
    """Last of all routes: it answers whatever is left."""
    root = static.resolve()

    @app.get("/{path:path}", include_in_schema=False)
    async def page(path: str, request: Request) -> Response:
        if path == "ws" or path.startswith("api/"):
            raise HTTPException(404, "没有这个地址")
        found = _file(root, path)
        if found is not None:
            # Built assets carry a hash in their names; the entry must be asked for each time.
            lasting = _FOREVER if path.startswith("assets/") else "no-cache"
            return FileResponse(found, headers={"cache-control": lasting})
        # A call's id has a dot in it, and its page an address that is sent to colleagues.
        if "." in path.rsplit("/", 1)[-1] and not path.startswith("board/"):
            raise HTTPException(404, "没有这个文件")
        index = root / "index.html"
        if not index.is_file():
            return HTMLResponse(_NOT_BUILT, headers={"cache-control": "no-cache"})
        return FileResponse(index, headers={"cache-control": "no-cache"})


def _file(root: Path, path: str) -> Path | None:
    """A file below the root, or None: neither `..` nor a link leads out of it."""
    if not path or "\0" in path:
        return None
    found = (root / path).resolve()
    return found if found.is_relative_to(root) and found.is_file() else None
