"""The websocket protocol as JSON Schema, made from the message types. `docs/protocol.schema.json` is its committed copy.

`python -m assistant.web.schema` prints it.
"""

import json

import msgspec

from assistant.messages import PROTOCOL_VERSION, BrowserMessage, ServerMessage


def protocol_schema() -> dict[str, object]:
    """`server` is anything the server sends, `browser` anything a browser may send; both refer to `$defs`."""
    (server, browser), definitions = msgspec.json.schema_components(
        [ServerMessage, BrowserMessage], ref_template="#/$defs/{name}"
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Hotline Assistant websocket protocol, version {PROTOCOL_VERSION}",
        "version": PROTOCOL_VERSION,
        "server": server,
        "browser": browser,
        "$defs": definitions,
    }


def schema_text() -> str:
    return json.dumps(protocol_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(schema_text(), end="")
