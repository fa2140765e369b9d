"""The pure core: what follows from what happened. Values and `now` in, effects out; no clock, no sockets, no tasks.

`Core` is the door. Inside: one record a call (`call`), what the PBX said about it (`progress`), what was heard on it
(`listening`) and beside it (`consultations`), what the engine advises (`desk`), what browsers ask (`requests`), and what concerns
everybody (`line`, `team`, `escalations`).
"""

from assistant.core.audio import TapChange
from assistant.core.call import CallState, Engine, Scripts
from assistant.core.core import Core
from assistant.core.settings import CoreSettings

__all__ = ["CallState", "Core", "CoreSettings", "Engine", "Scripts", "TapChange"]
