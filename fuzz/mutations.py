# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures spoiled on purpose: what a bad link, a small snaplen or a lossy capture makes of them.

A mutation is a function of its number alone, so that the same number gives the same file for ever
(editcap's errors: with the same editcap). Each spoils a handful of captures and merges them into
one: tshark takes longer to start than to read them, and connections that share addresses meet.
"""

import os
import random
import struct
import subprocess
from dataclasses import dataclass
from typing import Callable

PCAP_HEADER = 24
ERROR_RATES = ("0.001", "0.005", "0.02", "0.1")
# The first bytes of a frame that errors spare: none, Ethernet to TCP without and with timestamps.
# An error in those mostly breaks the connection, and no message of SMB is read at all.
SPARED = ("0", "54", "66", "66")

Record = bytes  # a record of a pcap file, its header included


@dataclass(frozen=True)
class Mutation:
    """The capture with the number `number`, made from `sources`."""

    number: int
    kind: str
    sources: list[str]

    @property
    def name(self) -> str:
        return f"{self.number:05}-{self.kind}.pcapng"


def _records(data: bytes) -> list[Record]:
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    records, at = [], PCAP_HEADER
    while at + 16 <= len(data):
        end = at + 16 + struct.unpack_from(order + "I", data, at + 8)[0]
        records.append(data[at:end])
        at = end
    return records


def _drop(records: list[Record], chance: random.Random) -> list[Record]:
    rate = chance.choice((0.05, 0.15, 0.4))
    return [record for record in records if chance.random() > rate]


def _double(records: list[Record], chance: random.Random) -> list[Record]:
    """A second time, at once or some frames later, as a copying port or a retransmission does."""
    doubled = list(records)
    for record in records:
        if chance.random() < 0.2:
            at = doubled.index(record) + chance.choice((1, 1, 3, 9))
            doubled.insert(at, record)
    return doubled


def _reorder(records: list[Record], chance: random.Random) -> list[Record]:
    reach = chance.choice((2, 5, 50))
    places = sorted((at + chance.uniform(0, reach), at) for at in range(len(records)))
    return [records[at] for _, at in places]


def _swap(records: list[Record], chance: random.Random) -> list[Record]:
    """The contents of some frames change places, their times stay."""
    swapped = list(records)
    for _ in range(1 + len(records) // 10):
        one, two = chance.randrange(len(records)), chance.randrange(len(records))
        swapped[one], swapped[two] = (swapped[one][:8] + swapped[two][8:],
                                      swapped[two][:8] + swapped[one][8:])
    return swapped


FRAMES: dict[str, Callable[[list[Record], random.Random], list[Record]]] = {
    "dropped": _drop, "doubled": _double, "reordered": _reorder, "swapped": _swap,
}
# Errors find most, so they come most often.
TOGETHER = 8  # captures in one
KINDS = ("errors", "cut", "errors", "dropped", "errors", "doubled", "errors", "reordered",
         "errors", "swapped", "errors", "errors-cut")


def plan(number: int, sources: list[str]) -> Mutation:
    return Mutation(number, KINDS[number % len(KINDS)],
                    random.Random(number).sample(sources, TOGETHER))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.PIPE)


def _spoil(kind: str, chance: random.Random, source: str, target: str) -> None:
    if kind in FRAMES:
        with open(source, "rb") as file:
            data = file.read()
        records = _records(data)
        with open(target, "wb") as file:
            file.write(data[:PCAP_HEADER])
            file.writelines(FRAMES[kind](records, chance) if records else [])
        return
    options = []
    if "errors" in kind:
        options += ["-E", chance.choice(ERROR_RATES), "-o", chance.choice(SPARED),
                    "--seed", str(chance.randrange(1 << 31))]
    if "cut" in kind:
        options += ["-s", str(chance.randrange(60, 400))]
    _run("editcap", "-F", "pcap", *options, source, target)


def make(mutation: Mutation, folder: str, target: str) -> None:
    """Writes the spoiled captures of the pcap files in the folder, merged by their times."""
    chance = random.Random(mutation.number)
    parts = []
    for source in mutation.sources:
        parts.append(f"{target}.{len(parts)}")
        _spoil(mutation.kind, chance, os.path.join(folder, source), parts[-1])
    _run("mergecap", "-F", "pcapng", "-w", target, *parts)
    for part in parts:
        os.remove(part)
