"""`python -m tests.lab install | record NAME…`: make the laboratory, or record what Asterisk says about a kind of call."""

import argparse
import asyncio
import sys

from tests.lab.chroot import LabError, install


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("install", help="Asterisk 22 and SIPp in a chroot, cached outside the tree")
    record = commands.add_parser(
        "record", help="run scenarios on the real Asterisk and keep the AMI messages"
    )
    record.add_argument("names", nargs="+", metavar="NAME", help="a scenario's name, or `all`")
    arguments = parser.parse_args()
    try:
        if arguments.command == "install":
            install()
        else:
            from tests.lab.recording import record_all

            asyncio.run(record_all(arguments.names))
    except LabError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
