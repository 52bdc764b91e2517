# SPDX-License-Identifier: GPL-2.0-or-later
"""Sessions that read files: a captured session of smbclient, made longer.

Logon, tree connect, and every request that the captured session holds are replayed with message
identifiers, session and file of their own. What it lacks is written here: SMB2 READ, and with SMB1
a whole file.
"""

import os
import struct
from itertools import islice

from wire import Connection, Payload, read_payloads

TEST_CAPTURES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                             "test-captures")
UNIT = 65536  # bytes that one credit of SMB2 pays for ([MS-SMB2] 3.1.5.2)
SMB1_READ = 61440  # bytes that one READ_ANDX asks for: less than its 16-bit length can say

Exchange = tuple[bytes, bytes]  # a request and its answer, without the NetBIOS header


def exchanges(capture: str) -> list[Exchange]:
    """The messages of a connection in test-captures/ on which every request has its answer."""
    payloads = list(read_payloads(os.path.join(TEST_CAPTURES, capture)))
    if [payload.by_client for payload in payloads] != [True, False] * (len(payloads) // 2):
        raise ValueError(f"{capture}: not one request and one answer after the other")
    return [(request.data[4:], answer.data[4:])
            for request, answer in zip(islice(payloads, 0, None, 2), islice(payloads, 1, None, 2))]


def _netbios(message: bytes) -> bytes:
    return struct.pack("!I", len(message)) + message


class Session:
    """A logon and a tree connect on a connection; then files, until it ends."""

    def __init__(self, connection: Connection, content: bytes) -> None:
        self.connection = connection
        self.content = content  # what all files hold

    def exchange(self, request: bytes, answer: bytes) -> None:
        self.connection.send(True, _netbios(request))
        self.connection.send(False, _netbios(answer))

    def end(self) -> None:
        self.connection.close()


class Smb2Session(Session):
    CAPTURE = "ok_smb3_11_ntlmv2_smbclient.pcap"
    # Where its exchanges are: up to the tree connect, a listing of a directory, one file.
    LOGON, LISTING, OPEN, GET_INFO, CLOSE, DISCONNECT = slice(7), slice(7, 11), 11, 12, 13, 14

    def __init__(self, connection: Connection, content: bytes, number: int) -> None:
        super().__init__(connection, content)
        self.template = exchanges(self.CAPTURE)
        self.number = number
        self.next_message = 0
        self.next_file = 1
        self.file_id = self.template[self.OPEN][1][64 + 64:64 + 80]
        for exchange in self.template[self.LOGON]:
            self.replay(exchange)

    def replay(self, exchange: Exchange) -> None:
        file_id = struct.pack("<QQ", self.next_file, self.next_file)
        charge = max(1, struct.unpack_from("<H", exchange[0], 6)[0])
        request, answer = (self._renumbered(message).replace(self.file_id, file_id)
                           for message in exchange)
        self.next_message += charge if exchange is not self.template[0] else 1
        self.exchange(request, answer)

    def _renumbered(self, message: bytes) -> bytes:
        session = struct.unpack_from("<Q", message, 40)[0]
        if session:
            session = self.number << 32 | 0x10000001
        return (message[:24] + struct.pack("<Q", self.next_message) + message[32:40]
                + struct.pack("<Q", session) + message[48:])

    def list_directory(self) -> None:
        for exchange in self.template[self.LISTING]:
            self.replay(exchange)
        self.next_file += 1

    def read_file(self, size: int, step: int) -> None:
        self.replay(self.template[self.OPEN])
        self.replay(self.template[self.GET_INFO])
        for offset in range(0, size, step):
            self.replay(self._read(offset, min(step, size - offset)))
        self.replay(self.template[self.CLOSE])
        self.next_file += 1

    def _read(self, offset: int, length: int) -> Exchange:
        """READ: [MS-SMB2] 2.2.19, 2.2.20."""
        charge = (length - 1) // UNIT + 1
        headers = [header[:6] + struct.pack("<HIHH", charge, 0, 8, charge) + header[16:64]
                   for header in self.template[self.CLOSE]]
        request = struct.pack("<HBBIQ16sIIIHHB", 49, 0x50, 0, length, offset, self.file_id, 0, 0,
                              0, 0, 0, 0)
        answer = struct.pack("<HBBIII", 17, 0x50, 0, length, 0, 0) + self.content[:length]
        return headers[0] + request, headers[1] + answer

    def end(self) -> None:
        self.replay(self.template[self.DISCONNECT])
        super().end()


class Smb1Session(Session):
    CAPTURE = "ok_nt1_ntlmv1_smbclient.pcap"
    LOGON, LISTING, QUERY_FS, DISCONNECT = slice(7), 7, 8, 9

    def __init__(self, connection: Connection, content: bytes, _number: int) -> None:
        super().__init__(connection, content)
        self.template = exchanges(self.CAPTURE)
        self.next_message = 0
        self.next_file = 1
        for exchange in self.template[self.LOGON]:
            self.replay(exchange)

    def replay(self, exchange: Exchange) -> None:
        self.exchange(*(message[:30] + struct.pack("<H", self.next_message) + message[32:]
                        for message in exchange))
        self.next_message = (self.next_message + 1) % 0xFFFF  # 0xFFFF is an oplock break's

    def list_directory(self) -> None:
        self.replay(self.template[self.LISTING])
        self.replay(self.template[self.QUERY_FS])

    def read_file(self, size: int, step: int) -> None:
        self.replay(self._open(size))
        step = min(step, SMB1_READ)
        for offset in range(0, size, step):
            self.replay(self._read(offset, min(step, size - offset)))
        self.replay(self._close())
        self.next_file = self.next_file % 0xFFFE + 1

    def _message(self, command: int, words: tuple[bytes, bytes],
                 data: tuple[bytes, bytes]) -> Exchange:
        """Request and answer with the header of the captured session ([MS-CIFS] 2.2.3)."""
        headers = [header[:4] + bytes([command]) + header[5:32]
                   for header in self.template[self.QUERY_FS]]
        request, answer = (header + bytes([len(word) // 2]) + word + struct.pack("<H", len(body))
                           + body for header, word, body in zip(headers, words, data))
        return request, answer

    def _open(self, size: int) -> Exchange:
        """NT_CREATE_ANDX: [MS-CIFS] 2.2.4.64."""
        name = f"\\file{self.next_file:05}.txt".encode("utf-16-le")
        request = struct.pack("<BBHBHIIIQIIIIIB", 0xFF, 0, 0, 0, len(name), 0, 0, 0x20089, 0, 0x80,
                              7, 1, 0x40, 2, 0)
        answer = struct.pack("<BBHBHI32sIQQHHB", 0xFF, 0, 0, 0, self.next_file, 1, bytes(32), 0x80,
                             size, size, 0, 0, 0)
        return self._message(0xA2, (request, answer), (b"\0" + name + b"\0\0", b""))

    def _read(self, offset: int, length: int) -> Exchange:
        """READ_ANDX: [MS-CIFS] 2.2.4.42."""
        request = struct.pack("<BBHHIHHIHI", 0xFF, 0, 0, self.next_file, offset, length, length,
                              0, 0, 0)
        answer = struct.pack("<BBHHHHHH10s", 0xFF, 0, 0, 0xFFFF, 0, 0, length, 32 + 27,
                             bytes(10))
        return self._message(0x2E, (request, answer), (b"", self.content[:length]))

    def _close(self) -> Exchange:
        """CLOSE: [MS-CIFS] 2.2.4.5."""
        return self._message(0x04, (struct.pack("<HI", self.next_file, 0), b""), (b"", b""))

    def end(self) -> None:
        self.replay(self.template[self.DISCONNECT])
        super().end()


def replay_logon(connection: Connection, payloads: list[Payload], number: int) -> None:
    """A captured connection once more; its SMB2 session gets an identifier of its own."""
    session = struct.pack("<Q", number << 32 | 0x20000001)
    for payload in payloads:
        data = payload.data
        if data[4:8] == b"\xfeSMB" and data[44:52] != bytes(8):
            data = data[:44] + session + data[52:]
        connection.send(payload.by_client, data)
    connection.close()
