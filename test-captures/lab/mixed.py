# SPDX-License-Identifier: GPL-2.0-or-later
"""One large capture, for benchmarks: thousands of logons of all kinds, good and bad, between
megabytes of files that are read and written. It is made when it is asked for, and never committed.
"""

import collections
import json
import os
import shutil

from bench import Bench
from nodes import HERE, PYTHON, LabError
from record import Recorder
from servers import DOMAIN

CROWDS = 2  # processes that log on at the same time, from each client
PIECE = 50  # megabytes that are read or written at once


def start_crowds(bench: Bench, logons: int) -> list:
    servers = [bench.server("standalone").address + "/WORKGROUP",
               bench.server("member").address + "/" + DOMAIN]
    nodes = [bench.client(name) for name in ("ibmi", "pc")] * CROWDS
    crowds = []
    for seed, node in enumerate(nodes):
        count = logons // len(nodes) + (seed < logons % len(nodes))
        crowds.append(node.pipe(PYTHON, os.path.join(HERE, "crowd.py"), str(count), str(seed),
                                *servers))
    return crowds


def move_files(bench: Bench, megabytes: int):
    """Writes and reads back files of random bytes, by smbclient."""
    node, server = bench.client("pc"), bench.server("standalone").address
    piece = node.path("piece")
    for _ in range(0, megabytes, 2 * PIECE):
        with open(piece, "wb") as file:
            for _ in range(PIECE):
                file.write(os.urandom(1 << 20))
        node.run("smbclient", "//%s/data" % server, "-Uanne%lowercase.pw1",
                 "-c", "put %s piece; get piece %s" % (piece, piece))


def record_mixed(file: str, logons: int, megabytes: int) -> int:
    """Writes the capture, and beside it FILE.json with the number of logons of each status."""
    bench = Bench()
    for name in ("standalone", "member"):
        bench.server(name).serve({})
    with Recorder("mixed") as recorder:
        crowds = start_crowds(bench, logons)
        move_files(bench, megabytes)
        statuses = collections.Counter()
        for crowd in crowds:
            output, errors = crowd.communicate()
            if crowd.returncode:
                raise LabError("crowd.py: " + errors)
            statuses.update(json.loads(output))
    shutil.move(recorder.file, file)
    with open(file + ".json", "w", encoding="utf-8") as key:
        json.dump({"counts": dict(sorted(statuses.items()))}, key, indent=2)
        key.write("\n")
    print("%s: %d MB, %d logons; how many of each status is in %s.json"
          % (file, os.path.getsize(file) >> 20, statuses.total(), file))
    return 0
