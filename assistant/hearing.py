"""Recognition, made ready at the start: the model found and loaded, the workers counted. Without it the rest still helps."""

import os
from dataclasses import dataclass
from pathlib import Path

from asr.models import BUNDLED, InstalledModel, find
from asr.pool import RecognizerPool
from asr.recognizer import ModelError, RecognitionError, Recognizer, VoskModel
from assistant.config import AsrSection
from assistant.health import no_recognizer
from assistant.messages import Part

MODELS_FOLDER = Path("~/.local/share/hotline/models")


@dataclass(frozen=True, slots=True)
class Recognition:
    """`problem`: why nothing will be recognized; voices are judged all the same."""

    model: InstalledModel
    pool: RecognizerPool
    problem: Part | None


def models_folder(section: AsrSection) -> Path:
    return (section.models_folder or MODELS_FOLDER).expanduser()


def load_recognition(section: AsrSection) -> Recognition:
    """Blocks while the model loads. Raises ModelInstallError for a model that is not there at all."""
    model = find(section.model or BUNDLED, models_folder(section))
    workers = section.threads or max(1, (os.cpu_count() or 2) - 1)
    try:
        vosk_model = VoskModel(model.path)
    except ModelError as error:
        reason = str(error)

        def none() -> Recognizer:
            raise RecognitionError(reason)

        return Recognition(model, RecognizerPool(none, workers), no_recognizer(reason))
    return Recognition(model, RecognizerPool(vosk_model.recognizer, workers), None)
