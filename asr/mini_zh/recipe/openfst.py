"""The OpenFst command-line tools (Debian libfst-tools 1.7.9): text in, sorted and converted graphs out."""

import subprocess
from pathlib import Path


def compile_sorted(text: str, name: str, folder: Path, *, by: str) -> Path:
    """`by` is ilabel or olabel. The text and the unsorted graph stay in the folder, to look at."""
    source, unsorted, ordered = (folder / f"{name}{ending}" for ending in (".txt", "_unsorted.fst", ".fst"))
    source.write_text(text, encoding="utf-8")
    subprocess.run(["fstcompile", source, unsorted], check=True)
    subprocess.run(["fstarcsort", f"--sort_type={by}", unsorted, ordered], check=True)
    return ordered


def convert_to_lookahead(graph: Path, target: Path, relabel: Path) -> dict[int, int]:
    """-> old to new output label: a lookahead graph must be joined with one that uses its numbering."""
    options = ["--fst_type=olabel_lookahead", f"--save_relabel_opairs={relabel}"]
    subprocess.run(["fstconvert", *options, graph, target], check=True)
    pairs = [line.split() for line in relabel.read_text(encoding="utf-8").splitlines()]
    return {int(old): int(new) for old, new in pairs}


def convert_to_ngram(graph: Path, target: Path) -> None:
    converted = subprocess.run(["fstconvert", "--fst_type=ngram", graph, target], check=False)
    if converted.returncode or not target.exists():
        print("ngram conversion failed, using a const fst")
        subprocess.run(["fstconvert", "--fst_type=const", graph, target], check=True)
