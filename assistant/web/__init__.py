"""Browsers: signing in, the websocket, the API, the page. It reads messages, the hub and the book; it never calls the core."""

from assistant.web.app import create_app
from assistant.web.hub import Hub
from assistant.web.parts import WebParts
from assistant.web.server import WebServer
from assistant.web.settings import WebSettings

__all__ = ["Hub", "WebParts", "WebServer", "WebSettings", "create_app"]
