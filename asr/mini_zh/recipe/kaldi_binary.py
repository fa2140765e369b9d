"""Kaldi's binary format: tokens, numbers, vectors, and matrices compressed to 16 bit."""

import struct
from collections.abc import Iterable
from typing import BinaryIO

import numpy as np

LARGEST = 65535


class KaldiWriter:
    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        file.write(b"\0B")

    def raw(self, data: bytes) -> None:
        self.file.write(data)

    def token(self, *names: str) -> None:
        for name in names:
            self.file.write(name.encode() + b" ")

    def integer(self, *values: int) -> None:
        for value in values:
            self.file.write(b"\x04" + struct.pack("<i", value))

    def single(self, value: float) -> None:
        self.file.write(b"\x04" + struct.pack("<f", value))

    def double(self, value: float) -> None:
        self.file.write(b"\x08" + struct.pack("<d", value))

    def integers(self, values: Iterable[int]) -> None:
        array = np.asarray(list(values), "<i4")
        self.integer(len(array))
        self.file.write(array.tobytes())

    def vector(self, values: Iterable[float]) -> None:
        array = np.asarray(values, "<f4")
        self.token("FV")
        self.integer(len(array))
        self.file.write(array.tobytes())

    def matrix(self, values: np.ndarray) -> None:
        """CompressedMatrix with one scale for all, which the loader expands."""
        matrix = np.asarray(values, np.float32)
        lowest, span = float(matrix.min()), float(matrix.max() - matrix.min())
        self.token("CM2")
        self.file.write(struct.pack("<ffii", lowest, span, *matrix.shape))
        scaled = np.round((matrix - lowest) / span * LARGEST).clip(0, LARGEST)
        self.file.write(scaled.astype("<u2").tobytes())
