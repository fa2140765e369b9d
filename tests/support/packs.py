"""Packs of the tests, made from one that ships."""

from dataclasses import replace

from prompts.pack import Pack


def renamed(pack: Pack, name: str) -> Pack:
    return replace(pack, name=name)
