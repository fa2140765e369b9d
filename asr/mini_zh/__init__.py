"""The bundled Mandarin model, for demos and tests only, and recorded (synthetic) speech to try it with.

`MODEL` is a folder Vosk loads, `SPEECH` holds telephone-band recordings described by their `manifest.json`. Where they come from:
`README.md`; how well they do: `RESULTS.md`.
"""

from pathlib import Path

MODEL = Path(__file__).parent / "model"
SPEECH = Path(__file__).parent / "speech"
