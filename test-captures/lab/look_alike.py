#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A client that does what QNTC is known to do and smbclient cannot be told to: offer one dialect
alone, LM and NTLMv1 responses in SMB2, requests without or with a wrong signature, leaving in the
middle. Built on impacket's protocol code.

Usage: look_alike.py --dialect D [option...] HOST ACTION      (--help lists both)
"""

import argparse
import functools
import os
import struct
import sys

from impacket import nt_errors, ntlm, smb, smb3, smb3structs
from impacket.smbconnection import SMBConnection, SessionError

DIALECTS = {"1": smb.SMB_DIALECT, "2.0.2": smb3structs.SMB2_DIALECT_002,
            "2.1": smb3structs.SMB2_DIALECT_21, "3.0": smb3structs.SMB2_DIALECT_30,
            "3.1.1": smb3structs.SMB2_DIALECT_311, "unknown": 0x0999, "none": 0x0999}

TRANS2_GET_DFS_REFERRAL = 0x10

REFUSALS = (SessionError, smb.SessionError, smb3.SessionError)


def status_name(refusal: Exception) -> str:
    """The name of the NT status that ended what the client wanted."""
    low = isinstance(refusal, (smb.SessionError, smb3.SessionError))
    code = refusal.get_error_code() if low else refusal.getErrorCode()
    return nt_errors.ERROR_MESSAGES.get(code, (hex(code),))[0]


def leave(_connection, _share):
    """Never called: the client left after the CHALLENGE."""


def list_share(connection, share):
    connection.connectTree(share)
    if share != "IPC$":
        connection.listPath(share, "*")


def unsigned(connection, share):
    """Requests without a signature, whatever was agreed."""
    low = connection.getSMBServer()
    low._Session["SigningActivated"] = low._Session["SigningRequired"] = False
    list_share(connection, share)


def wrong_signature(connection, share):
    low = connection.getSMBServer()
    low._Session["SigningActivated"] = low._Session["SigningRequired"] = True
    low._Session["SessionKey"] = low._Session["SigningKey"] = b"\x55" * 16
    list_share(connection, share)


def after_logoff(connection, share):
    """A request in a session that the client has ended."""
    low = connection.getSMBServer()
    session = low._Session["SessionID"]
    connection.connectTree("IPC$")
    connection.logoff()
    low._Session["SessionID"] = session
    low.connectTree(share)


def below_link(connection, share):
    """Opens a path that a DFS root has elsewhere, and does not follow."""
    connection.connectTree(share)
    connection.openFile(connection.connectTree(share), "link\\file.txt")


def ask_for_referral(connection, path):
    """[MS-DFSC] 2.2.2: MaxReferralLevel and the path, on IPC$ of this session."""
    low = connection.getSMBServer()
    ipc = connection.connectTree("IPC$")
    smb2 = isinstance(low, smb3.SMB3)
    # impacket's SMB1 is without Unicode
    request = struct.pack("<H", 4) + (path + "\0").encode("utf-16-le" if smb2 else "ascii")
    if smb2:
        low.ioctl(ipc, None, smb3structs.FSCTL_DFS_GET_REFERRALS, smb3structs.SMB2_0_IOCTL_IS_FSCTL,
                  request, 0, 4096)
    else:
        low.send_trans2(ipc, TRANS2_GET_DFS_REFERRAL, "\0", request, "")
        low.recvSMB().isValidAnswer(smb.SMB.SMB_COM_TRANSACTION2)


def follow_link(connection, share, paths=("link\\file.txt",)):
    """After a while of other work: where does the path lead?"""
    tree = connection.connectTree(share)
    for _ in range(5):
        file = connection.openFile(tree, "file.txt", desiredAccess=smb3structs.FILE_READ_DATA)
        connection.closeFile(tree, file)
    try:
        below_link(connection, share)
    except REFUSALS:
        root = "\\%s\\%s\\" % (connection.getRemoteHost(), share)
        for path in paths:
            ask_for_referral(connection, root + path)


def follow_nothing(connection, share):
    """The server refers the client to the root, as it knows no such link."""
    follow_link(connection, share, ("", "nosuchlink\\file.txt"))


ACTIONS = {"ls": list_share, "leave": leave, "unsigned": unsigned,
           "wrong signature": wrong_signature, "after logoff": after_logoff,
           "below link": below_link, "follow link": follow_link,
           "follow nothing": follow_nothing}


def use_ntlmv1():
    ntlm.getNTLMSSPType1 = functools.partial(ntlm.getNTLMSSPType1, use_ntlmv2=False)
    ntlm.getNTLMSSPType3 = functools.partial(ntlm.getNTLMSSPType3, use_ntlmv2=False)


class NoDialects(smb3.SMB2Negotiate):
    """A NEGOTIATE that offers nothing."""

    def __setitem__(self, key, value):
        super().__setitem__(key, [] if key == "Dialects" else value)


class NoTargetName(ntlm.AV_PAIRS):
    """An NTLMv2 blob that does not name the service, as that of an old client."""

    def __setitem__(self, key, value):
        if key != ntlm.NTLMSSP_AV_TARGET_NAME:
            super().__setitem__(key, value)


def leave_after_challenge(*_arguments, **_options):
    """Stands in for the making of the AUTHENTICATE."""
    os._exit(0)


def connect(arguments) -> SMBConnection:
    """Offers the one dialect, which need not exist."""
    dialect = DIALECTS[arguments.dialect]
    named = {"my_name": "IBMI1", "sess_port": arguments.port, "timeout": arguments.timeout}
    if dialect == smb.SMB_DIALECT:
        low = smb.SMB(arguments.called, arguments.host, **named)
    else:
        low = smb3.SMB3(arguments.called, arguments.host, preferredDialect=dialect, **named)
    return SMBConnection(existingConnection=low)


def log_on(arguments, connection):
    low = connection.getSMBServer()
    if isinstance(low, smb3.SMB3):
        connection.login(arguments.user, arguments.password, arguments.domain)
    else:  # by itself, it would try NTLMv1 after NTLMv2
        low.login_extended(arguments.user, arguments.password, arguments.domain,
                           use_ntlmv2=arguments.ntlm == "v2")


def main():
    parser = argparse.ArgumentParser(description="An SMB client in the manner of QNTC.")
    parser.add_argument("--dialect", choices=DIALECTS, default="2.0.2")
    parser.add_argument("--ntlm", choices=("v2", "ess"), default="v2")
    parser.add_argument("--user", default="")
    parser.add_argument("--domain", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--share", default="data")
    parser.add_argument("--no-target-name", action="store_true")
    parser.add_argument("--called", default="*SMBSERVER", help="NetBIOS name of the server")
    parser.add_argument("--port", type=int, default=445)
    parser.add_argument("--timeout", type=int, default=60, help="seconds for each answer")
    parser.add_argument("host", metavar="HOST")
    parser.add_argument("action", metavar="ACTION", choices=ACTIONS)
    arguments = parser.parse_args()
    if arguments.ntlm == "ess":
        use_ntlmv1()
    if arguments.dialect == "none":
        smb3.SMB2Negotiate = NoDialects
    if arguments.no_target_name:
        ntlm.AV_PAIRS = NoTargetName
    if arguments.action == "leave":
        ntlm.getNTLMSSPType3 = leave_after_challenge
    try:
        connection = connect(arguments)
        log_on(arguments, connection)
        ACTIONS[arguments.action](connection, arguments.share)
        connection.close()
    except REFUSALS as error:
        sys.exit(status_name(error))
    except Exception as error:  # impacket raises what the socket and its parsers raise
        sys.exit("%s: %s" % (type(error).__name__, error))


if __name__ == "__main__":
    main()
