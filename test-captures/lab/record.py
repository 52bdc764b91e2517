# SPDX-License-Identifier: GPL-2.0-or-later
"""Records what the nodes say to each other while a case runs."""

import os
import re
import signal
import subprocess
import time

from nodes import BRIDGE, CLIENT_ADDRESSES, STATE, LabError, run, wait_for

# All but the names of things: who is asked for them is no part of a logon.
FILTER = "ip and not port 53 and not udp portrange 137-138"
# Where the domain has no part in a case, what its machines say to each other meanwhile has none.
CLIENTS = FILTER + " and (host %s)" % " or ".join(CLIENT_ADDRESSES)
# What the last packets may take from the wire into the file.
SETTLE = 0.3
WHOLE = 2048  # bytes; no frame is longer, and each takes so much of the buffer
BUFFER = 65536  # kilobytes between the kernel and tcpdump


class Recorder:
    """with Recorder(...) as recorder: the capture is in recorder.file afterwards.

    On the bridge, all nodes are in the capture: client and server, server and domain controller,
    client and KDC."""

    def __init__(self, name: str, what: str = FILTER, snaplen: int = WHOLE):
        self.file = os.path.join(STATE, name + ".pcap")
        self.what = what
        self.snaplen = snaplen
        self.messages = os.path.join(STATE, "tcpdump")
        self.process = None

    def said(self) -> str:
        with open(self.messages, encoding="utf-8") as log:
            return log.read()

    def __enter__(self):
        # Without immediate mode, an interrupt loses what the kernel has not handed over yet.
        with open(self.messages, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                ["tcpdump", "--immediate-mode", "-B", str(BUFFER), "-s", str(self.snaplen),
                 "-Z", "root", "-n", "-i", BRIDGE, "-w", self.file, self.what],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

        def listens():
            if self.process.poll() is not None:
                raise LabError("tcpdump does not start")
            return "listening on" in self.said()
        wait_for("tcpdump", listens)
        return self

    def __exit__(self, *_):
        time.sleep(SETTLE)
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        lost = re.search(r"^([1-9]\d*) packets dropped by kernel", self.said(), re.MULTILINE)
        if lost:
            raise LabError("the capture lacks %s packets" % lost[1])

    def keep(self, frames: str):
        """Leaves only these frames in the capture, as one that began late or ended early."""
        whole = self.file + ".whole"
        os.rename(self.file, whole)
        run("editcap", "-F", "pcap", "-r", whole, self.file, frames)
        os.remove(whole)
