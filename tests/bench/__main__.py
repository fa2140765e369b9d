"""`python -m tests.bench`: runs the benches, prints one table, writes docs/measurements.md with `--write`."""

import argparse
import importlib
import os
import pkgutil
import platform
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

import tests.bench
from tests.bench.rows import Row, table

WRITTEN = Path(__file__).parents[2] / "docs" / "measurements.md"


def benches() -> dict[str, object]:
    found = {}
    for module in pkgutil.iter_modules(tests.bench.__path__):
        if not module.name.startswith("_"):
            loaded = importlib.import_module(f"tests.bench.{module.name}")
            if hasattr(loaded, "run"):
                found[module.name] = loaded
    return found


def machine() -> str:
    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        "?",
    )
    return f"{os.cpu_count()} cores ({model}), Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} at the start"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    known = benches()
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(known)}; none: all")
    parser.add_argument("--write", action="store_true", help="put the results into docs/measurements.md")
    options = parser.parse_args()
    if unknown := set(options.names) - set(known):
        parser.error(f"no such bench: {', '.join(sorted(unknown))}")
    heading = f"{machine()}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    print(heading, flush=True)
    failed = []
    for name in options.names or list(known):
        print(f"\n{name} …", flush=True)
        try:
            rows = known[name].run()  # type: ignore[attr-defined]
        except Exception:  # noqa: BLE001  (one broken bench must not cost the others)
            traceback.print_exc()
            failed.append(name)
            continue
        print(table(rows), flush=True)
        if options.write:
            write(name, known[name].__doc__ or "", heading, rows)
    if failed:
        print(f"\nfailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def write(name: str, about: str, heading: str, rows: list[Row]) -> None:
    """Replaces this bench's section and leaves the others as they are."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
    text = (
        WRITTEN.read_text("utf-8")
        if WRITTEN.exists()
        else "# Measurements\n\nEach section names the command that made it.\n\n"
    )
    section = f"{begin}## {name}\n\n{about.strip()}\n\n`python -m tests.bench {name}` — {heading}\n\n{table(rows)}\n{end}"
    if begin in text:
        before, _, rest = text.partition(begin)
        text = before + section + rest.partition(end)[2]
    else:
        text += section + "\n"
    WRITTEN.write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
