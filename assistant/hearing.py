"""Recognition, made ready at the start: which model, how many threads. Loading it is the listening process's work."""

import os
from pathlib import Path

from asr.listening_process import ListeningSettings
from asr.models import BUNDLED, InstalledModel, find
from assistant.config import AsrSection, PbxSection

MODELS_FOLDER = Path("~/.local/share/hotline/models")


def models_folder(section: AsrSection) -> Path:
    return (section.models_folder or MODELS_FOLDER).expanduser()


def wanted_model(section: AsrSection) -> InstalledModel:
    """Raises ModelInstallError for a model that is not there at all."""
    return find(section.model or BUNDLED, models_folder(section))


def listening_settings(asr: AsrSection, pbx: PbxSection, model: InstalledModel) -> ListeningSettings:
    """A thread a core: recognition yields to everything else by its priority, so no core is set aside."""
    return ListeningSettings(model.path, asr.threads or os.cpu_count() or 1, pbx.tap_host, pbx.tap_port)
