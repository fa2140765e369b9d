"""Vosk models: which there are, where they lie, how to get one and whether it is whole. Loads none.

The bundled mini model is for demo and tests. Official ones are downloaded on demand, or installed from a file on machines
without a network. A download goes on where it broke off; nothing is unpacked before its digest is right; a model's folder
appears under its name only when it is complete.
"""

import hashlib
import json
import shutil
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import IO

from asr import mini_zh

DOWNLOAD_FROM = "https://alphacephei.com/vosk/models/"
BUNDLED = "mini-zh"
NOTES = "hotline-model.json"
"""In an installed model's folder: where it came from and the digest of each file."""
MARKERS = ("conf/mfcc.conf", "mfcc.conf")
CHUNK = 256 * 1024
TIMEOUT_S = 30.0
LARGEST_UNPACKED = 8 * 1024**3
MOST_FILES = 1_000

Progress = Callable[[int, int | None], None]
"""Bytes so far, and of how many (None: not told)."""


class ModelInstallError(Exception):
    """The model could not be found, fetched or trusted; the text says what to do."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """`sha256` of the archive; None where its publisher gives none: then what was installed is what `verify` compares with."""

    name: str
    size_mb: int
    sha256: str | None
    is_demo: bool
    description: str


KNOWN: tuple[ModelInfo, ...] = (
    ModelInfo(
        BUNDLED, 7, None, is_demo=True, description="随程序附带的小模型：只用于演示和测试，不能用于真实来电"
    ),
    ModelInfo(
        "vosk-model-small-cn-0.22",
        42,
        "3af8b0e7e0f835ae9d414ce5df580237a3cfb08d586c9fbbb0f7ff29ad5b14ba",
        is_demo=False,
        description="官方小模型：一般电脑即可，适合少量坐席",
    ),
    ModelInfo(
        "vosk-model-cn-0.22",
        1_300,
        None,
        is_demo=False,
        description="官方大模型：识别更准，需要内存充足的服务器",
    ),
)


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A folder Vosk can load. `is_demo` must be shown to users."""

    name: str
    path: Path
    is_demo: bool
    description: str


def info_of(name: str) -> ModelInfo | None:
    return next((info for info in KNOWN if info.name == name), None)


def installed(folder: Path) -> list[InstalledModel]:
    """The bundled one first, then what lies in `folder`."""
    models = [_described(BUNDLED, mini_zh.MODEL)]
    if folder.is_dir():
        models += [_described(path.name, path) for path in sorted(folder.iterdir()) if is_model(path)]
    return models


def find(name: str, folder: Path) -> InstalledModel:
    """A model by its name, or by the path of its folder."""
    if name == BUNDLED:
        return _described(BUNDLED, mini_zh.MODEL)
    for path in (folder / name, Path(name)):
        if is_model(path):
            return _described(path.name, path)
    if info_of(name) is not None:
        raise ModelInstallError(f"model {name} is not installed: run `hotline model install {name}`")
    names = ", ".join(info.name for info in KNOWN)
    raise ModelInstallError(
        f"there is no model {name} in {folder}, and {name} is no folder; known names: {names}"
    )


def is_model(path: Path) -> bool:
    return any((path / marker).is_file() for marker in MARKERS)


def install(
    name: str,
    folder: Path,
    progress: Progress,
    archive: Path | None = None,
    download_from: str = DOWNLOAD_FROM,
) -> InstalledModel:
    """Downloads the model, or takes it from `archive`; installing what is there already changes nothing."""
    info = info_of(name)
    if info is None:
        raise ModelInstallError(f"unknown model {name}; known: {', '.join(one.name for one in KNOWN)}")
    if name == BUNDLED or is_model(folder / name):
        return find(name, folder)
    folder.mkdir(parents=True, exist_ok=True)
    if archive is not None:
        return _install_archive(archive, info, folder)
    fetched = folder / f"{name}.zip.part"
    download(f"{download_from}{name}.zip", fetched, progress)
    try:
        model = _install_archive(fetched, info, folder)
    except ModelInstallError:
        # A wrong file would only be found wrong again.
        fetched.unlink(missing_ok=True)
        raise
    fetched.unlink()
    return model


def verify(model: InstalledModel) -> list[str]:
    """What is wrong with it; nothing when it is whole."""
    if not is_model(model.path):
        return [f"{model.path}: not a Vosk model (no {MARKERS[0]})"]
    try:
        notes = json.loads((model.path / NOTES).read_text("utf-8"))
    except FileNotFoundError:
        return [f"{model.path}: no {NOTES}, so it cannot be compared with what was installed"]
    except json.JSONDecodeError as error:
        return [f"{model.path / NOTES}: damaged ({error})"]
    faults: list[str] = []
    for file, expected in notes["files"].items():
        path = model.path / file
        if not path.is_file():
            faults.append(f"{path}: missing")
        elif digest_of(path) != expected:
            faults.append(f"{path}: changed or damaged")
    return faults


def download(url: str, to: Path, progress: Progress) -> None:
    """Fetches `url` into `to`; what `to` holds already is not fetched again."""
    begun = to.stat().st_size if to.is_file() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={begun}-"} if begun else {})  # noqa: S310  (http(s) by our callers)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            goes_on = answer.status == HTTPStatus.PARTIAL_CONTENT
            begun = begun if goes_on else 0
            length = answer.headers.get("Content-Length")
            whole = begun + int(length) if length else None
            with to.open("ab" if goes_on else "wb") as out:
                _copy(answer, out, begun, whole, progress)
    except urllib.error.HTTPError as error:
        if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # it was whole already; its digest will tell
        raise ModelInstallError(f"{url}: the server answers {error.code} {error.reason}") from error
    except OSError as error:
        kept = to.stat().st_size if to.is_file() else 0
        raise ModelInstallError(
            f"{url}: {error}; {kept} bytes are kept, run it again to go on, or use --file with a copy of the archive"
        ) from error


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(answer: IO[bytes], out: IO[bytes], begun: int, whole: int | None, progress: Progress) -> None:
    done = begun
    progress(done, whole)
    while chunk := answer.read(CHUNK):
        out.write(chunk)
        done += len(chunk)
        progress(done, whole)
    if whole is not None and done < whole:
        raise ConnectionError(f"the connection broke off at {done} of {whole} bytes")


def _install_archive(archive: Path, info: ModelInfo, folder: Path) -> InstalledModel:
    if not archive.is_file():
        raise ModelInstallError(f"{archive}: there is no such file")
    digest = digest_of(archive)
    if info.sha256 is not None and digest != info.sha256:
        raise ModelInstallError(
            f"{archive}: its SHA-256 is {digest}, that of {info.name} is {info.sha256}: not installed"
        )
    with tempfile.TemporaryDirectory(prefix=".installing-", dir=folder) as scratch:
        try:
            with zipfile.ZipFile(archive) as packed:
                _unpack(packed, Path(scratch))
        except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
            raise ModelInstallError(f"{archive}: not a whole zip archive ({error})") from error
        root = _model_root(Path(scratch), archive)
        files = {
            path.relative_to(root).as_posix(): digest_of(path)
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }
        notes = {"model": info.name, "archive_sha256": digest, "files": files}
        (root / NOTES).write_text(json.dumps(notes, indent=1), "utf-8")
        shutil.move(root, folder / info.name)
    return _described(info.name, folder / info.name)


def _unpack(packed: zipfile.ZipFile, into: Path) -> None:
    """Refuses archives that would write elsewhere or fill the disk."""
    entries = packed.infolist()
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise ModelInstallError(f"{packed.filename}: too much in it for a speech model")
    for entry in entries:
        parts = PurePosixPath(entry.filename.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or ":" in entry.filename:
            raise ModelInstallError(
                f"{packed.filename}: has an entry outside its folder ({entry.filename!r})"
            )
    for entry in entries:
        packed.extract(entry, into)


def _model_root(scratch: Path, archive: Path) -> Path:
    """Archives hold one folder with the model in it, or the model itself."""
    for path in (scratch, *sorted(scratch.iterdir())):
        if is_model(path):
            if path != scratch:
                return path
            inner = scratch / ".model"
            inner.mkdir()
            for one in [one for one in scratch.iterdir() if one != inner]:
                one.rename(inner / one.name)
            return inner
    raise ModelInstallError(f"{archive}: there is no Vosk model in it (no {MARKERS[0]})")


def _described(name: str, path: Path) -> InstalledModel:
    info = info_of(name)
    if info is None:
        return InstalledModel(name, path, is_demo=False, description="自备模型")
    return InstalledModel(name, path, info.is_demo, info.description)
