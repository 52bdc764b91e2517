# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs cases: makes the nodes that they need, as late as possible, records, and checks."""

import os
import shutil

from case_files import Case
from claims import differences, report_of
from clients import ClientNode
from nodes import CLIENT_ADDRESSES, CLIENT_NUMBERS, NOWHERE, LabError, Network
from record import CLIENTS, FILTER, Recorder
from servers import DNS_DOMAIN, DomainController, Member, ScriptedNode, StandAlone

CLIENT_NAMES = {"ibmi": "IBMI1", "pc": "WINPC1"}
INDEX = ("capture", "shows", "origin", "licence")
# What happens to the domain controller at the last moment.
LATE = ("stopped", "paused")
LICENCE = "GPL-2.0-or-later"


class Bench:
    """All nodes, each made when it is first asked for."""

    def __init__(self):
        Network()
        self.nodes = {}

    def node(self, name: str, make):
        if name not in self.nodes:
            self.nodes[name] = make()
        return self.nodes[name]

    def controller(self) -> DomainController:
        return self.node("controller", DomainController)

    def server(self, name: str):
        if name == "member":
            return self.node(name, lambda: Member(self.controller()))
        if name == "scripted":
            return self.node(name, ScriptedNode)
        return self.node("standalone", StandAlone)

    def client(self, name: str) -> ClientNode:
        return self.node(name, lambda: ClientNode(CLIENT_NAMES[name], CLIENT_NUMBERS[name]))

    def set_up(self, case: Case) -> str:
        """Everything as the case wants it; returns the server's address."""
        if case.needs_domain:
            # The server must have reached the controller that it then loses.
            self.controller().be("running" if case.controller in LATE else case.controller)
        for client in case.clients:
            self.client(client.at)
        address = NOWHERE.get(case.server)
        if not address:
            server = self.server(case.server)
            address = server.address
            if case.server == "closed":
                server.shut()
            elif case.server == "scripted":
                server.serve(case.server_script)
            else:
                server.serve(case.server_options, case.server_clock)
        self.commands(case.prepare)
        if case.needs_domain:
            self.controller().be(case.controller)
        return address

    def commands(self, lines: tuple[str, ...]):
        """Runs what a case says by itself: NODE: command."""
        for line in lines:
            name, _, command = line.partition(":")
            if name == "controller":
                node = self.controller()
            else:
                node = self.client(name) if name in CLIENT_NAMES else self.server(name)
            node.run("sh", "-c", command)

    def record(self, case: Case) -> tuple[str, str]:
        """-> (the capture, what the clients said)"""
        address = self.set_up(case)
        said = []
        what = FILTER if case.needs_domain else CLIENTS
        try:
            with Recorder(case.name, what, case.snaplen) as recorder:
                for client in case.clients:
                    host = client.host or ("filesrv." + DNS_DOMAIN if client.auth == "kerberos"
                                           else address)
                    said.append(self.client(client.at).use(client, host))
        finally:
            if case.controller in LATE:
                self.server(case.server).shut()  # its late answers are not for the next capture
            self.commands(case.afterwards)
        if case.frames:
            recorder.keep(case.frames)
        return recorder.file, "".join(said)


def run_cases(cases: list[Case], output: str, tshark: str, verbose: bool) -> int:
    """Records the cases into the folder, with an index, and prints a line for each. Returns how
    many did not say what they claim."""
    os.makedirs(output, exist_ok=True)
    bench = Bench()
    failed = 0
    rows = []
    for case in cases:
        try:
            capture, said = bench.record(case)
            wrong = differences(case, report_of(tshark, capture, case.candidates),
                                CLIENT_ADDRESSES)
        except (LabError, ValueError) as error:
            capture, said, wrong = None, "", [str(error)]
        failed += bool(wrong)
        print("%s  %s" % ("wrong" if wrong else "right", case.name), flush=True)
        for line in wrong:
            print("       " + line.replace("\n", "\n       "))
        if said and (wrong or verbose):
            print("       the client: " + said.strip().replace("\n", "\n                   "))
        if capture:
            shutil.copyfile(capture, os.path.join(output, os.path.basename(capture)))
            os.remove(capture)
            rows.append((os.path.basename(capture), case.shows, case.peers, LICENCE))
    with open(os.path.join(output, "index.tsv"), "w", encoding="utf-8") as file:
        for row in (INDEX, *sorted(rows)):
            file.write("\t".join(row) + "\n")
    print("%d cases, %d wrong; captures and their index are in %s" % (len(cases), failed, output))
    return failed
