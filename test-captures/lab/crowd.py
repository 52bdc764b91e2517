#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Many logons by one process: the crowd in the large capture of mixed.py.

Takes turns through all that can be sent, each on a connection of its own, and prints how often each
status came back, as JSON.

Usage: crowd.py COUNT SEED SERVER...      SERVER is ADDRESS/DOMAIN
"""

import argparse
import collections
import contextlib
import functools
import itertools
import json
import random
import sys

from impacket import ntlm

from accounts import FORMS, password_sent
from look_alike import DIALECTS, REFUSALS, connect, list_share, log_on, status_name

USERS = ("anne", "bert", "joep", "ANNE", "JOEP", "dirk", "elsa", "mona", "nobodyhere")
SENT = ("right", "right", "right", *FORMS)  # most know their password
SHARES = ("data", "data", "data", "private", "nosuchshare", "IPC$")
ONE, THREE = ntlm.getNTLMSSPType1, ntlm.getNTLMSSPType3


def choices(servers: list[str]):
    """All combinations, so that a few hundred logons have one of each kind of failure."""
    dialects = [name for name in DIALECTS if name not in ("none", "unknown")]
    return list(itertools.product(servers, dialects, ("v2", "ess"), USERS, SENT, ("", "IBMI")))


def one(server, dialect, version, user, form, domain, share) -> str:
    """The name of the status that ends the logon."""
    address, _, own_domain = server.partition("/")
    for name, function in (("getNTLMSSPType1", ONE), ("getNTLMSSPType3", THREE)):
        setattr(ntlm, name, functools.partial(function, use_ntlmv2=version == "v2"))
    arguments = argparse.Namespace(called="*SMBSERVER", host=address, port=445, timeout=60,
                                   dialect=dialect, ntlm=version, user=user,
                                   domain=domain or own_domain,
                                   password=password_sent(user, form))
    connection = connect(arguments)
    try:
        log_on(arguments, connection)
        with contextlib.suppress(*REFUSALS):  # what follows a logon is not counted
            list_share(connection, share)
    except REFUSALS as error:
        return status_name(error)
    finally:
        connection.getSMBServer().close_session()
    return "STATUS_SUCCESS"


def main():
    count, seed, servers = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    order = random.Random(seed)
    combinations = choices(servers)
    order.shuffle(combinations)
    statuses = collections.Counter()
    for combination in itertools.islice(itertools.cycle(combinations), count):
        try:
            statuses[one(*combination, order.choice(SHARES))] += 1
        except Exception as error:  # impacket raises what the socket and its parsers raise
            statuses["no answer: " + type(error).__name__] += 1
    print(json.dumps(statuses))


if __name__ == "__main__":
    main()
