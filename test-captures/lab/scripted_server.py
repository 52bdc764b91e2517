#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An SMB2 server that gives the answers no packaged server gives: as its script says, at one step.

It checks no password. Up to the step that the script names it answers as a Windows member server
would: dialect 2.0.2 to 3.0, NTLMSSP, a CHALLENGE with its names. Its captures are no proof of what
a real server sends, only of what the plugin says to it, and are named so in the index.

Usage: scripted_server.py STEP ANSWER
  STEP    session (NetBIOS, port 139), negotiate, challenge, setup, tree
  ANSWER  the name of an NT status, close, silent, web (an answer in HTTP), Kerberos only (the one
          mechanism of the server), or a NetBIOS error code as 0x82
"""

import socketserver
import struct
import sys
import time

from impacket import nt_errors, ntlm, smb3structs
from impacket.spnego import SPNEGO_NegTokenInit, SPNEGO_NegTokenResp, TypesMech

STEPS = ("session", "negotiate", "challenge", "setup", "tree")
NTLMSSP = TypesMech["NTLMSSP - Microsoft NTLM Security Support Provider"]
KERBEROS = TypesMech["MS KRB5 - Microsoft Kerberos 5"]
STATUS_SUCCESS = 0
STATUS_MORE_PROCESSING_REQUIRED = 0xC0000016
DOMAIN, COMPUTER, DNS_DOMAIN = "CORP", "FILESRV", "corp.example.com"
SILENT = 60  # seconds, longer than any client here waits

# What impacket's table does not know, [MS-ERREF] 2.3.1.
STATUS = {"NTLM_BLOCKED": 0xC0000418, "AUTHENTICATION_FIREWALL_FAILED": 0xC0000413,
          "SHUTDOWN_IN_PROGRESS": 0xC00002FE}
STATUS.update((name[len("STATUS_"):], code)
              for code, (name, _) in nt_errors.ERROR_MESSAGES.items())

AV_NB_COMPUTER, AV_NB_DOMAIN, AV_DNS_COMPUTER, AV_DNS_DOMAIN, AV_EOL = 1, 2, 3, 4, 0


def av_pairs() -> bytes:
    """The names in the CHALLENGE, [MS-NLMP] 2.2.2.1."""
    names = {AV_NB_DOMAIN: DOMAIN, AV_NB_COMPUTER: COMPUTER, AV_DNS_DOMAIN: DNS_DOMAIN,
             AV_DNS_COMPUTER: COMPUTER.lower() + "." + DNS_DOMAIN}
    pairs = b""
    for kind, name in names.items():
        value = name.encode("utf-16-le")
        pairs += struct.pack("<HH", kind, len(value)) + value
    return pairs + struct.pack("<HH", AV_EOL, 0)


def challenge_token() -> bytes:
    """NTLMSSP CHALLENGE_MESSAGE, [MS-NLMP] 2.2.1.2, in a NegTokenResp."""
    target, info = DOMAIN.encode("utf-16-le"), av_pairs()
    flags = (ntlm.NTLMSSP_NEGOTIATE_UNICODE | ntlm.NTLMSSP_REQUEST_TARGET
             | ntlm.NTLMSSP_NEGOTIATE_NTLM | ntlm.NTLMSSP_NEGOTIATE_TARGET_INFO
             | ntlm.NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY | ntlm.NTLMSSP_TARGET_TYPE_DOMAIN)
    header = 48
    message = (b"NTLMSSP\0" + struct.pack("<IHHI", 2, len(target), len(target), header)
               + struct.pack("<I", flags) + b"LabChall" + bytes(8)
               + struct.pack("<HHI", len(info), len(info), header + len(target)) + target + info)
    token = SPNEGO_NegTokenResp()
    token["NegState"] = b"\x01"  # accept-incomplete
    token["SupportedMech"] = NTLMSSP
    token["ResponseToken"] = message
    return token.getData()


def mechanisms(*offered: bytes) -> bytes:
    token = SPNEGO_NegTokenInit()
    token["MechTypes"] = list(offered)
    return token.getData()


class Connection(socketserver.BaseRequestHandler):
    """One client. Each request is answered by the method of its step."""
    step, answer = "", ""

    def handle(self):
        while True:
            head = self.receive(4)
            if not head:
                return
            body = self.receive(int.from_bytes(head[1:], "big"))
            if head[0] == 0x81:
                going_on = self.session_request()
            else:
                going_on = self.answer_to(body)
            if not going_on:
                return

    def receive(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            try:
                part = self.request.recv(count - len(data))
            except ConnectionError:
                return b""
            if not part:
                return b""
            data += part
        return data

    def session_request(self) -> bool:
        """[RFC1002] 4.3.4: a negative response ends the connection."""
        if self.step == "session" and self.answer.startswith("0x"):
            self.request.sendall(b"\x83\0\0\x01" + bytes([int(self.answer, 16)]))
            return False
        self.request.sendall(b"\x82\0\0\0")
        return True

    def answer_to(self, body: bytes) -> bool:
        if body[:4] != b"\xfeSMB":
            return False  # an SMB1 client: this server does not know it
        packet = smb3structs.SMB2Packet(body)
        steps = {smb3structs.SMB2_NEGOTIATE: self.negotiate,
                 smb3structs.SMB2_SESSION_SETUP: self.session_setup,
                 smb3structs.SMB2_TREE_CONNECT: self.tree_connect}
        step = steps.get(packet["Command"])
        return bool(step) and step(packet)

    def as_scripted(self, step: str, packet) -> bool | None:
        """Does what the script says for this step; None where it says nothing."""
        if step != self.step:
            return None
        if self.answer == "close":
            return False
        if self.answer == "silent":
            time.sleep(SILENT)
            return False
        if self.answer == "web":
            self.request.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
            return False
        if self.answer == "Kerberos only":
            return None
        self.reply(packet, STATUS[self.answer], smb3structs.SMB2Error())
        return True

    def reply(self, packet, status: int, data, session: int = 0x10001):
        answer = smb3structs.SMB2Packet()
        answer["Flags"] = smb3structs.SMB2_FLAGS_SERVER_TO_REDIR
        answer["Status"] = status
        answer["Command"] = packet["Command"]
        answer["CreditRequestResponse"] = 31
        answer["MessageID"] = packet["MessageID"]
        answer["SessionID"] = session if packet["Command"] else 0
        answer["TreeID"] = 1
        answer["Data"] = data
        raw = answer.getData()
        self.request.sendall(struct.pack(">I", len(raw)) + raw)

    def negotiate(self, packet) -> bool:
        scripted = self.as_scripted("negotiate", packet)
        if scripted is not None:
            return scripted
        request = smb3structs.SMB2Negotiate(packet["Data"])
        answer = smb3structs.SMB2Negotiate_Response()
        answer["SecurityMode"] = 1
        answer["DialectRevision"] = max(
            (d for d in request["Dialects"] if d <= smb3structs.SMB2_DIALECT_30), default=0x202)
        answer["ServerGuid"] = b"A" * 16
        answer["MaxTransactSize"] = answer["MaxReadSize"] = answer["MaxWriteSize"] = 65536
        only_kerberos = self.answer == "Kerberos only"
        answer["Buffer"] = mechanisms(*([KERBEROS] if only_kerberos else [KERBEROS, NTLMSSP]))
        answer["SecurityBufferOffset"] = 0x80
        answer["SecurityBufferLength"] = len(answer["Buffer"])
        self.reply(packet, STATUS_SUCCESS, answer)
        return True

    def session_setup(self, packet) -> bool:
        token = packet["Data"]
        last = b"NTLMSSP\0\x03" in token
        scripted = self.as_scripted("setup" if last else "challenge", packet)
        if scripted is not None:
            return scripted
        if self.answer == "Kerberos only":
            self.reply(packet, STATUS["LOGON_FAILURE"], smb3structs.SMB2Error())
            return True
        answer = smb3structs.SMB2SessionSetup_Response()
        answer["Buffer"] = b"" if last else challenge_token()
        answer["SecurityBufferOffset"] = 0x48
        answer["SecurityBufferLength"] = len(answer["Buffer"])
        self.reply(packet, STATUS_SUCCESS if last else STATUS_MORE_PROCESSING_REQUIRED, answer)
        return True

    def tree_connect(self, packet) -> bool:
        scripted = self.as_scripted("tree", packet)
        if scripted is not None:
            return scripted
        answer = smb3structs.SMB2TreeConnect_Response()
        answer["ShareType"] = 1
        answer["MaximalAccess"] = 0x1F01FF
        self.reply(packet, STATUS_SUCCESS, answer)
        return True


def main():
    if (len(sys.argv) != 3 or sys.argv[1] not in STEPS
            or not (sys.argv[2] in STATUS or sys.argv[2].startswith("0x")
                    or sys.argv[2] in ("close", "silent", "web", "Kerberos only"))):
        sys.exit("usage: scripted_server.py STEP ANSWER; STEP is one of: %s; ANSWER is a status, "
                 "close, silent, web, Kerberos only, or a number as 0x82" % ", ".join(STEPS))
    Connection.step, Connection.answer = sys.argv[1:]
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    socketserver.ThreadingTCPServer.daemon_threads = True
    port = 139 if Connection.step == "session" else 445
    with socketserver.ThreadingTCPServer(("", port), Connection) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
