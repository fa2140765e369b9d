"""The page's types are those of the protocol: `src/protocol.ts` is what its generator writes today."""

import subprocess
import sys
from pathlib import Path

UI = Path(__file__).parents[3] / "assistant" / "web" / "ui"
RENDER = "import protocol_types, sys; sys.stdout.write(protocol_types.render())"


def test_the_committed_types_are_what_the_messages_say() -> None:
    rendered = subprocess.run(
        [sys.executable, "-c", RENDER], cwd=UI, capture_output=True, text=True, check=True
    ).stdout
    assert (UI / "src" / "protocol.ts").read_text(encoding="utf-8") == rendered
