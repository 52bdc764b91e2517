# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP connections in a pcap file: reads the payloads of a captured one, writes new ones.

What is written is what a capture next to the server would show of a healthy connection: handshake,
segments of 1,448 bytes with timestamps, an acknowledgement for every second one of a long message,
FIN from both sides. So Wireshark finds nothing to remark on it.
"""

import array
import ipaddress
import struct
import sys
from dataclasses import dataclass
from typing import BinaryIO, Iterator

FIN, SYN, PSH, ACK = 0x01, 0x02, 0x08, 0x10
SEGMENT = 1448  # bytes of payload: an Ethernet frame without headers and TCP's timestamps
WINDOW = 0xFFFF
SYN_OPTIONS = bytes.fromhex("020405b4 0402 080a 0000000100000000 01 030307")
WIRE_TIME = 12e-6  # seconds that a full frame takes on Gigabit Ethernet
PCAP_HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)


@dataclass(frozen=True)
class Payload:
    """What one side sent in one frame."""

    by_client: bool
    data: bytes


def read_payloads(path: str) -> Iterator[Payload]:
    """The payloads of a little-endian pcap file of one TCP connection without losses.

    The client is who sends first.
    """
    with open(path, "rb") as file:
        if file.read(4) != PCAP_HEADER[:4]:
            raise ValueError(f"{path}: not a little-endian pcap file")
        file.seek(len(PCAP_HEADER))
        client = None
        while header := file.read(16):
            frame = file.read(struct.unpack("<IIII", header)[2])
            tcp = 14 + (frame[14] & 0x0F) * 4
            end = 14 + struct.unpack_from("!H", frame, 16)[0]
            sender = frame[26:30] + frame[tcp:tcp + 2]
            client = client or sender
            data = frame[tcp + (frame[tcp + 12] >> 4) * 4:end]
            if data:
                yield Payload(sender == client, data)


def _sum(data: bytes) -> int:
    """The sum of the 16-bit words, as [RFC1071] allows it in either byte order."""
    words = array.array("H", data if len(data) % 2 == 0 else data + b"\0")
    if sys.byteorder == "little":
        words.byteswap()
    return sum(words)


def _checksum(total: int) -> int:
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Writer:
    """A pcap file, with a clock of its own that starts at a fixed time."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.now = 1767225600.0  # 2026-01-01
        file.write(PCAP_HEADER)

    def frame(self, data: bytes) -> None:
        self.now += WIRE_TIME
        seconds = int(self.now)
        microseconds = int((self.now - seconds) * 1e6)
        self.file.write(struct.pack("<IIII", seconds, microseconds, len(data), len(data)) + data)


class Side:
    """One end of a connection."""

    def __init__(self, address: str, port: int, sequence: int) -> None:
        self.address = ipaddress.IPv4Address(address).packed
        self.port = port
        self.sequence = sequence
        self.unacknowledged = 0  # full segments received since the last acknowledgement


class Connection:
    """A TCP connection that is written into a file frame by frame."""

    def __init__(self, writer: Writer, client: tuple[str, int], server: tuple[str, int],
                 sequence: int) -> None:
        self.writer = writer
        self.client = Side(*client, sequence)
        self.server = Side(*server, sequence ^ 0x5A5A5A5A)
        self.packets = 0
        self._segment(True, SYN)
        self._segment(False, SYN | ACK)
        self._segment(True, ACK)

    def send(self, by_client: bool, data: bytes) -> None:
        """Sends `data` in as many segments as it needs; the other side acknowledges as it goes."""
        receiver = self.server if by_client else self.client
        for start in range(0, len(data), SEGMENT):
            piece = data[start:start + SEGMENT]
            last = start + SEGMENT >= len(data)
            self._segment(by_client, ACK | PSH if last else ACK, piece)
            receiver.unacknowledged += 1
            if receiver.unacknowledged == 2 and not last:
                self._segment(not by_client, ACK)

    def close(self) -> None:
        self._segment(True, FIN | ACK)
        self._segment(False, FIN | ACK)
        self._segment(True, ACK)

    def _segment(self, by_client: bool, flags: int, data: bytes = b"") -> None:
        here, there = (self.client, self.server) if by_client else (self.server, self.client)
        options = SYN_OPTIONS if flags & SYN else struct.pack(
            "!BBBBII", 1, 1, 8, 10, 1 + int(self.writer.now * 1000) & 0xFFFFFFFF, 1)
        acknowledged = there.sequence if flags & ACK else 0
        tcp = struct.pack("!HHIIBBH", here.port, there.port, here.sequence, acknowledged,
                          (20 + len(options)) << 2, flags, WINDOW)
        length = 20 + len(options) + len(data)
        pseudo = here.address + there.address + struct.pack("!HH", 6, length)
        check = _checksum(_sum(pseudo) + _sum(tcp) + _sum(options) + _sum(data))
        self.packets += 1
        head = struct.pack("!BBHHHBB", 0x45, 0, 20 + length, self.packets & 0xFFFF, 0x4000, 64, 6)
        addresses = here.address + there.address
        ip = head + struct.pack("!H", _checksum(_sum(head) + _sum(addresses))) + addresses
        ethernet = b"\2\0" + there.address + b"\2\0" + here.address + b"\x08\x00"
        self.writer.frame(ethernet + ip + tcp + struct.pack("!HH", check, 0) + options + data)
        here.sequence = here.sequence + len(data) + bool(flags & (SYN | FIN)) & 0xFFFFFFFF
        here.unacknowledged = 0
