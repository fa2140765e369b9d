"""Models over a real (loopback) web server and from files: resumed, verified, never half there, never outside their folder."""

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from asr import mini_zh
from asr.models import (
    BUNDLED,
    KNOWN,
    NOTES,
    ModelInstallError,
    download,
    find,
    install,
    installed,
    verify,
)
from asr.recognizer import VoskModel

BIG = "vosk-model-cn-0.22"
SMALL = "vosk-model-small-cn-0.22"


class Shelf(BaseHTTPRequestHandler):
    """Serves `files`; honours Range; breaks off after `breaks_after` bytes when that is set."""

    files: dict[str, bytes]
    breaks_after: int | None
    ranges: list[str | None]

    def do_GET(self) -> None:
        content = self.files.get(self.path)
        wanted = self.headers.get("Range")
        self.ranges.append(wanted)
        if content is None:
            self.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        if start >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start:][: self.breaks_after])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name the base class has)
        pass


@contextmanager
def shelf(files: dict[str, bytes], breaks_after: int | None = None) -> Iterator[tuple[str, type[Shelf]]]:
    handler = type("OneShelf", (Shelf,), {"files": files, "breaks_after": breaks_after, "ranges": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/", handler
        finally:
            server.shutdown()
            thread.join()


def packed(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def model_archive(root: str = "vosk-model-cn-0.22/") -> bytes:
    """The bundled model in the shape of an official archive."""
    files = [path for path in mini_zh.MODEL.rglob("*") if path.is_file() and path.name != NOTES]
    return packed({root + path.relative_to(mini_zh.MODEL).as_posix(): path.read_bytes() for path in files})


class Progress:
    def __init__(self) -> None:
        self.steps: list[tuple[int, int | None]] = []

    def __call__(self, done: int, whole: int | None) -> None:
        self.steps.append((done, whole))


def test_the_bundled_model_is_whole_is_for_demo_and_is_the_default_choice(tmp_path: Path) -> None:
    (bundled,) = installed(tmp_path)
    assert (bundled.name, bundled.is_demo) == (BUNDLED, True)
    assert bundled == find(BUNDLED, tmp_path) == install(BUNDLED, tmp_path, Progress())
    assert verify(bundled) == []
    assert [info.name for info in KNOWN if not info.is_demo] == [SMALL, BIG]


def test_a_model_is_downloaded_unpacked_and_loads(tmp_path: Path) -> None:
    archive = model_archive()
    progress = Progress()
    with shelf({f"/{BIG}.zip": archive}) as (url, _):
        model = install(BIG, tmp_path, progress, download_from=url)
    assert progress.steps[0] == (0, len(archive))
    assert progress.steps[-1] == (len(archive), len(archive))
    assert (model.name, model.path, model.is_demo) == (BIG, tmp_path / BIG, False)
    assert verify(model) == []
    assert [path.name for path in tmp_path.iterdir()] == [BIG]
    assert VoskModel(model.path).folder == tmp_path / BIG
    assert [one.name for one in installed(tmp_path)] == [BUNDLED, BIG]


def test_a_download_that_broke_off_goes_on_where_it_was(tmp_path: Path) -> None:
    archive = model_archive()
    with (
        shelf({f"/{BIG}.zip": archive}, breaks_after=1_000_000) as (url, _),
        pytest.raises(ModelInstallError, match="1000000 bytes are kept, run it again to go on"),
    ):
        install(BIG, tmp_path, Progress(), download_from=url)
    assert [one.name for one in installed(tmp_path)] == [BUNDLED]
    with shelf({f"/{BIG}.zip": archive}) as (url, handler):
        progress = Progress()
        model = install(BIG, tmp_path, progress, download_from=url)
    assert handler.ranges == ["bytes=1000000-"]
    assert progress.steps[0] == (1_000_000, len(archive))
    assert verify(model) == []


def test_what_was_fetched_whole_is_not_fetched_again(tmp_path: Path) -> None:
    archive = model_archive()
    (tmp_path / f"{BIG}.zip.part").write_bytes(archive)
    with shelf({f"/{BIG}.zip": archive}) as (url, _):
        assert verify(install(BIG, tmp_path, Progress(), download_from=url)) == []


def test_a_file_with_another_digest_is_not_installed_nor_kept(tmp_path: Path) -> None:
    archive = model_archive()
    with (
        shelf({f"/{SMALL}.zip": archive}) as (url, _),
        pytest.raises(ModelInstallError, match=hashlib.sha256(archive).hexdigest()),
    ):
        install(SMALL, tmp_path, Progress(), download_from=url)
    assert list(tmp_path.iterdir()) == []


def test_a_model_is_installed_from_a_file_without_a_network(tmp_path: Path) -> None:
    (tmp_path / "model.zip").write_bytes(model_archive(root=""))
    models = tmp_path / "models"
    model = install(BIG, models, Progress(), archive=tmp_path / "model.zip")
    assert verify(model) == []
    assert install(BIG, models, Progress()) == model == find(BIG, models) == find(str(models / BIG), tmp_path)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (packed({"../evil.txt": b"x"}), "entry outside its folder"),
        (packed({"/etc/evil.txt": b"x"}), "entry outside its folder"),
        (packed({"m/../../evil": b"x"}), "entry outside its folder"),
        (packed({"..\\evil": b"x"}), "entry outside its folder"),
        (packed({"readme.txt": b"x"}), "no Vosk model in it"),
        (packed({f"m/{number}": b"" for number in range(1_001)}), "too much in it"),
        (b"not a zip", "not a whole zip archive"),
        (model_archive()[:100_000], "not a whole zip archive"),
    ],
)
def test_bad_archives_leave_nothing_behind(tmp_path: Path, content: bytes, error: str) -> None:
    (tmp_path / "bad.zip").write_bytes(content)
    models = tmp_path / "models"
    with pytest.raises(ModelInstallError, match=error):
        install(BIG, models, Progress(), archive=tmp_path / "bad.zip")
    assert list(models.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.zip", "models"]


def test_damage_is_found(tmp_path: Path) -> None:
    (tmp_path / "model.zip").write_bytes(model_archive())
    model = install(BIG, tmp_path, Progress(), archive=tmp_path / "model.zip")
    (model.path / "conf" / "model.conf").write_text("--beam=1\n")
    (model.path / "graph" / "words.txt").unlink()
    assert verify(model) == [
        f"{model.path / 'conf' / 'model.conf'}: changed or damaged",
        f"{model.path / 'graph' / 'words.txt'}: missing",
    ]
    (model.path / NOTES).write_text("{")
    assert "damaged" in verify(model)[0]
    (model.path / NOTES).unlink()
    assert "cannot be compared" in verify(model)[0]


def test_names_that_lead_nowhere_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelInstallError, match=f"hotline model install {SMALL}"):
        find(SMALL, tmp_path)
    with pytest.raises(ModelInstallError, match="known names: mini-zh"):
        find("no-such", tmp_path)
    with pytest.raises(ModelInstallError, match="unknown model no-such"):
        install("no-such", tmp_path, Progress())
    with pytest.raises(ModelInstallError, match="there is no such file"):
        install(BIG, tmp_path, Progress(), archive=tmp_path / "missing.zip")


def test_a_server_that_has_it_not_or_is_not_there(tmp_path: Path) -> None:
    with shelf({}) as (url, _), pytest.raises(ModelInstallError, match="answers 404"):
        download(f"{url}x.zip", tmp_path / "x", Progress())
    with pytest.raises(ModelInstallError, match="--file with a copy"):
        download(f"{url}x.zip", tmp_path / "x", Progress())
