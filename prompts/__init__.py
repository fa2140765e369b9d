"""What to say: script packs, and the engine that finds the right phrase for what happens on a call.

`load_pack(name_or_path)` → `Pack`; `SituationEngine(pack, CallContext(…))` takes facts and gives advice. Knows nothing of
telephony, audio, networks or clocks.
"""

from prompts.engine import SituationEngine
from prompts.pack import DEFAULT_PACK, Pack, PackError, load_pack, shipped_packs
from prompts.schema import pack_schema

__all__ = [
    "DEFAULT_PACK",
    "Pack",
    "PackError",
    "SituationEngine",
    "load_pack",
    "pack_schema",
    "shipped_packs",
]
