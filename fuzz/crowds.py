# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures with very much of one thing, made from those in test-captures/, the same at every run.

What a scan, a storm of retries or a client in a loop leaves behind: each kind grows in one way
only, so that a step that is not linear in it shows when it is doubled.
"""

import os
import struct
from typing import Callable, Iterator

from smb import TEST_CAPTURES, Exchange, Smb2Session, exchanges
from wire import ACK, SYN, Connection, Writer

RST = 0x04
SERVER = "10.1.1.1"
REFUSED = "bad_smb2_10_wrongpw_smbclient.pcap"
ACCEPTED = "ok_smb3_11_ntlmv2_smbclient.pcap"
DENIED = "tree_smb2_10_denied.pcap"
UNKNOWN_TICKET = "krb_aes_vs_rc4_etype.pcap"

NEGOTIATE, SESSION_SETUP, TREE_CONNECT = 0, 1, 3  # [MS-SMB2] 2.2.1


def client_of(number: int) -> tuple[str, int]:
    """Ends of connections that no other has: 20,000 ports for each client."""
    host, port = divmod(number, 20000)
    return f"10.{64 + host // 256}.{host % 256}.1", 40000 + port


class Half(Connection):
    """A connection that never was: a SYN, perhaps refused."""

    def __init__(self, writer: Writer, client: tuple[str, int], server: str,
                 refused: bool) -> None:
        self.refused = refused
        super().__init__(writer, client, (server, 445), 1)

    def _segment(self, by_client: bool, flags: int, data: bytes = b"") -> None:
        if by_client and flags == SYN:
            super()._segment(by_client, flags)
        elif not by_client and self.refused:
            super()._segment(by_client, RST | ACK)


def silent(writer: Writer, count: int) -> None:
    """SYNs that nobody answers."""
    for number in range(count):
        Half(writer, client_of(number), SERVER, refused=False)


def closed(writer: Writer, count: int) -> None:
    """SYNs to a closed port."""
    for number in range(count):
        Half(writer, client_of(number), SERVER, refused=True)


def scan(writer: Writer, count: int) -> None:
    """One client that asks every address, and is refused by each: a finding for each."""
    for number in range(count):
        server = f"10.{128 + number // 65536}.{number // 256 % 256}.{number % 256}"
        Half(writer, ("10.64.0.1", 40000 + number % 20000), server, refused=True)


def connect(writer: Writer, number: int) -> Connection:
    return Connection(writer, client_of(number), (SERVER, 445), number * 4096 & 0xFFFFFFFF)


def opened(writer: Writer, count: int) -> None:
    """Connections that are never used, and never closed."""
    for number in range(count):
        connect(writer, number)


def _netbios(message: bytes) -> bytes:
    return struct.pack("!I", len(message)) + message


def asked(writer: Writer, count: int) -> None:
    """Connections that end with the client's NEGOTIATE: nobody answers, nobody closes."""
    request = _netbios(exchanges(REFUSED)[0][0])
    for number in range(count):
        connect(writer, number).send(True, request)


def negotiated(writer: Writer, count: int) -> None:
    """Connections that are closed behind the NEGOTIATE."""
    request, answer = map(_netbios, exchanges(REFUSED)[0])
    for number in range(count):
        connection = connect(writer, number)
        connection.send(True, request)
        connection.send(False, answer)
        connection.close()


def _command(message: bytes) -> int:
    return struct.unpack_from("<H", message, 12)[0] if message[:4] == b"\xfeSMB" else NEGOTIATE


class Looping:
    """One connection on which the exchanges of a captured one are repeated."""

    def __init__(self, writer: Writer, number: int, capture: str) -> None:
        self.connection = connect(writer, number)
        self.template = exchanges(capture)
        self.next_message = 0
        self.session = number << 32 | 0x10000001

    def of(self, *commands: int) -> Iterator[Exchange]:
        return (pair for pair in self.template if _command(pair[0]) in commands)

    def send(self, exchange: Exchange) -> None:
        for by_client, message in zip((True, False), exchange):
            if message[:4] == b"\xfeSMB":
                session = self.session if any(message[40:48]) else 0
                message = (message[:24] + struct.pack("<Q", self.next_message) + message[32:40]
                           + struct.pack("<Q", session) + message[48:])
            self.connection.send(by_client, _netbios(message))
        self.next_message += 1


def _loop(writer: Writer, count: int, capture: str) -> None:
    """One connection, and logon after logon on it."""
    client = Looping(writer, 0, capture)
    for exchange in client.of(NEGOTIATE):
        client.send(exchange)
    setup = list(client.of(SESSION_SETUP))
    for _ in range(count):
        client.session += 1
        for exchange in setup:
            client.send(exchange)
    client.connection.close()


def refused(writer: Writer, count: int) -> None:
    _loop(writer, count, REFUSED)


def accepted(writer: Writer, count: int) -> None:
    _loop(writer, count, ACCEPTED)


def denied(writer: Writer, count: int) -> None:
    """One session that asks for shares which it may not have, each by another name."""
    client = Looping(writer, 0, DENIED)
    for exchange in client.of(NEGOTIATE, SESSION_SETUP):
        client.send(exchange)
    request, answer = list(client.of(TREE_CONNECT))[-1]
    for number in range(count):
        client.send((request[:-8] + f"{number % 10000:04}".encode("utf-16-le"), answer))
    client.connection.close()


def tickets(writer: Writer, count: int) -> None:
    """Tickets that the KDC refuses, to clients that do not log on."""
    with open(os.path.join(TEST_CAPTURES, UNKNOWN_TICKET), "rb") as file:
        data = file.read()
    frames, at = [], 24
    for _ in range(2):
        end = at + 16 + struct.unpack_from("<I", data, at + 8)[0]
        frames.append(data[at + 16:end])
        at = end
    for number in range(count):
        host = struct.pack("!I", 0x0A400000 + number // 100)
        port = struct.pack("!H", 40000 + number % 20000)
        request, answer = frames
        writer.now += 0.01
        writer.frame(request[:26] + host + request[30:34] + port + request[36:])
        writer.frame(answer[:30] + host + answer[34:36] + port + answer[38:])


def bulk(writer: Writer, count: int) -> None:
    """Large files over SMB2; `count` is of frames, about."""
    connection = connect(writer, 0)
    session = Smb2Session(connection, bytes(1 << 20), 1)
    while writer.frames < count:
        session.read_file(16 << 20, 1 << 20)
    session.end()


# What makes it, and how many are promised to be no trouble.
KINDS: dict[str, tuple[Callable[[Writer, int], None], int]] = {
    "silent": (silent, 1000000),
    "closed": (closed, 1000000),
    "scan": (scan, 100000),
    "opened": (opened, 1000000),
    "asked": (asked, 100000),
    "negotiated": (negotiated, 100000),
    "refused": (refused, 100000),
    "accepted": (accepted, 100000),
    "denied": (denied, 100000),
    "tickets": (tickets, 100000),
    "bulk": (bulk, 300000),
}


def make(kind: str, count: int, path: str) -> None:
    with open(path, "wb") as file:
        KINDS[kind][0](Writer(file), count)
