# SPDX-License-Identifier: GPL-2.0-or-later
"""The captures that are measured, made from those in test-captures/, the same at every run.

bulk        large files over SMB2, read in requests of 64 KiB to 1 MiB
small       small files over SMB2: open, get information, read, close; listings in between
small-smb1  the same over SMB1
logons      nothing but logons, refused and accepted, with SMB1, SMB2 and SMB3
files       a little of the first three
empty       no frame at all: what tshark does before and after
"""

import os
import random
from typing import Callable

from smb import TEST_CAPTURES, Session, Smb1Session, Smb2Session, replay_logon
from wire import Connection, Writer, read_payloads

SEED = 445
FILES_OF_A_SESSION = 400
SERVERS = 12

# Logons as they come: most are accepted, the rest fail for the usual reasons.
LOGONS = (
    "ok_smb3_11_ntlmv2_smbclient.pcap",
    "bad_smb2_10_wrongpw_smbclient.pcap",
    "ok_nt1_ntlmv1_smbclient.pcap",
    "n_dom_wrong_202.pcap",
    "dc_unreachable_local_account_ok.pcap",
    "bad_nt1_disabled_smbclient.pcap",
    "n_plain_accepted.pcap",
    "n_pwupper_202_ntlmv2.pcap",
    "n_dom_cut_ok_local.pcap",
    "bad_smb2_10_expired_smbclient.pcap",
    "tree_smb2_10_denied.pcap",
    "ad_bad_nt1_lockedout.pcap",
)


class Network:
    """Clients and servers of one capture; no two connections have the same ends."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.random = random.Random(SEED)
        self.content = self.random.randbytes(1 << 20)
        self.connections = 0

    def connect(self) -> Connection:
        number = self.connections
        self.connections += 1
        self.writer.now += self.random.uniform(0.001, 0.1)
        client = f"10.{64 + number // 65536 % 64}.{number // 256 % 256}.{number % 256}"
        server = f"10.1.1.{1 + self.random.randrange(SERVERS)}"
        return Connection(self.writer, (client, self.random.randrange(49152, 65536)),
                          (server, 445), self.random.randrange(1 << 32))

    def session(self, kind: type[Session]) -> Session:
        return kind(self.connect(), self.content, self.connections)


def bulk(network: Network, megabytes: int) -> None:
    session = network.session(Smb2Session)
    while megabytes > 0:
        size = min(megabytes, network.random.randrange(4, 33))
        session.read_file(size << 20, network.random.choice((1 << 16, 1 << 18, 1 << 20)))
        megabytes -= size
    session.end()


def _small(network: Network, files: int, kind: type[Session]) -> None:
    while files > 0:
        session = network.session(kind)
        for number in range(min(files, FILES_OF_A_SESSION)):
            if number % 16 == 0:
                session.list_directory()
            session.read_file(network.random.randrange(100, 6000), 1 << 16)
        session.end()
        files -= FILES_OF_A_SESSION


def small(network: Network, files: int) -> None:
    _small(network, files, Smb2Session)


def small_smb1(network: Network, files: int) -> None:
    _small(network, files, Smb1Session)


def logons(network: Network, count: int) -> None:
    captured = [list(read_payloads(os.path.join(TEST_CAPTURES, name))) for name in LOGONS]
    for number in range(count):
        replay_logon(network.connect(), captured[number % len(captured)], number)


def files(network: Network, megabytes: int) -> None:
    bulk(network, megabytes)
    small(network, FILES_OF_A_SESSION)
    small_smb1(network, FILES_OF_A_SESSION)


def empty(_network: Network, _size: int) -> None:
    pass


# What makes it, and its size: megabytes, files, logons.
KINDS: dict[str, tuple[Callable[[Network, int], None], int]] = {
    "bulk": (bulk, 120),
    "small": (small, 16000),
    "small-smb1": (small_smb1, 16000),
    "logons": (logons, 6000),
    "files": (files, 6),
    "empty": (empty, 0),
}


def make(kind: str, folder: str, scale: float = 1.0) -> str:
    """Writes the capture into the folder, which may exist, and returns its path."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, kind + ".pcap")
    write, size = KINDS[kind]
    with open(path, "wb") as file:
        write(Network(Writer(file)), round(size * scale))
    return path
