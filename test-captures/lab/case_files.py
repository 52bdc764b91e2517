# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads the cases: cases/*.case, a section for each, its name that of the capture it makes.

README.md tells what the keys mean. A case that says something the lab does not know is an error,
with the file and the case named.
"""

import configparser
import dataclasses
import glob
import os

from accounts import FORMS
from nodes import HERE, NOWHERE

SERVERS = ("standalone", "member", "closed", "scripted", *NOWHERE)
DIALECTS = ("none", "unknown", "1", "2.0.2", "2.1", "3.0", "3.0.2", "3.1.1")
CHOICES = {
    "server": SERVERS,
    "controller": ("running", "stopped", "paused", "NTLMv2 only"),
    "from": ("ibmi", "pc"),
    "client": ("smbclient", "impacket", "curl", "kinit", "smbtorture"),
    "auth": ("ntlm", "kerberos", "any", "none"),
    "ntlm": ("v1", "ess", "v2"),
    "password": tuple(FORMS),
    "live": ("yes", "no"),
}
OUTCOMES = ("success", "guest", "anonymous", "refused", "closed", "unanswered", "abandoned",
            "unknown")


class CaseError(Exception):
    """A case file that cannot be understood: file, case and what is wrong, in one line."""


@dataclasses.dataclass(frozen=True)
class Client:
    """One run of one client program."""
    at: str
    program: str
    arguments: str
    auth: str
    dialect: str
    ntlm: str
    user: str
    domain: str
    password: str
    host: str
    share: str
    options: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Claim:
    """What the report must say: of a logon, of what came after one, of the whole capture."""
    kind: str
    words: tuple[str, ...]

    def __str__(self):
        return " ".join([self.kind, *self.words])


# kind -> (fewest words after it, most)
CLAIMS = {
    "logon": (1, 3),  # outcome, verdict, confidence
    "after": (1, 2),  # first cause, confidence
    "finding": (1, 2),
    "lists": (1, 1),  # a cause further down in the list of a logon
    "warning": (1, 1),
}


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    shows: str
    server: str
    server_options: dict[str, str]
    server_clock: str
    server_script: str
    controller: str
    clients: tuple[Client, ...]
    prepare: tuple[str, ...]  # "NODE: command", run before the capture
    afterwards: tuple[str, ...]  # the same, after it: takes back what prepare changed
    candidates: tuple[str, ...]
    claims: tuple[Claim, ...]
    snaplen: int
    frames: str  # those that stay in the capture, as "1-10"; all if empty
    live: bool
    peers: str  # the programs, as the index names them

    @property
    def needs_domain(self) -> bool:
        return (self.server == "member" or self.controller != "running"
                or any(client.auth in ("kerberos", "any") for client in self.clients))


DEFAULTS = {
    "shows": None, "server": None, "server options": "", "server clock": "", "server script": "",
    "controller": "running", "prepare": "", "afterwards": "", "candidates": "", "claims": None,
    "live": "no", "snaplen": "2048", "frames": "",
    "from": "ibmi", "client": "smbclient", "arguments": "ls", "auth": "ntlm", "dialect": "2.1",
    "ntlm": "v2", "user": "anne", "domain": "", "password": "right", "host": "", "share": "data",
    "client options": "", "then": "",
}


def lines_of(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def options_of(text: str) -> dict[str, str]:
    return dict((part.strip() for part in line.split("=", 1)) for line in lines_of(text))


def check_values(values: dict[str, str], where: str):
    for key, value in values.items():
        if key not in DEFAULTS:
            raise CaseError("%s: no key '%s'; there are: %s" % (where, key, ", ".join(DEFAULTS)))
        if key in CHOICES and value not in CHOICES[key]:
            raise CaseError("%s: %s = %s; it must be one of: %s"
                            % (where, key, value, ", ".join(CHOICES[key])))
    dialect = values.get("dialect", DEFAULTS["dialect"])
    if not set(dialect.split("-")) <= set(DIALECTS):
        raise CaseError("%s: dialect = %s; it must be one of %s, or two of them with a hyphen"
                        % (where, dialect, ", ".join(DIALECTS)))


def client_of(values: dict[str, str]) -> Client:
    return Client(at=values["from"], program=values["client"], arguments=values["arguments"],
                  auth=values["auth"], dialect=values["dialect"], ntlm=values["ntlm"],
                  user=values["user"], domain=values["domain"], password=values["password"],
                  host=values["host"], share=values["share"],
                  options=tuple("=".join(part.strip() for part in line.split("=", 1))
                                for line in lines_of(values["client options"])))


def claim_of(line: str, where: str) -> Claim:
    kind, *words = line.split()
    if kind not in CLAIMS:
        raise CaseError("%s: claim '%s'; it must begin with one of: %s"
                        % (where, line, ", ".join(CLAIMS)))
    fewest, most = CLAIMS[kind]
    if not fewest <= len(words) <= most:
        raise CaseError("%s: claim '%s': %d to %d words must follow '%s'"
                        % (where, line, fewest, most, kind))
    if kind == "logon" and words[0] not in OUTCOMES:
        raise CaseError("%s: claim '%s': no such outcome" % (where, line))
    return Claim(kind, tuple(words))


def case_of(name: str, section: dict[str, str], where: str) -> Case:
    check_values(section, where)
    values = {**DEFAULTS, **section}
    for key, value in values.items():
        if value is None:
            raise CaseError("%s: '%s' is missing" % (where, key))
    clients = [client_of(values)]
    for line in lines_of(values["then"]):
        change = options_of("\n".join(line.split(";")))
        check_values(change, where)
        values.update(change)
        clients.append(client_of(values))
    return Case(name=name, shows=values["shows"].replace("\n", " "), server=values["server"],
                server_options=options_of(values["server options"]),
                server_clock=values["server clock"], server_script=values["server script"],
                controller=values["controller"], clients=tuple(clients),
                prepare=lines_of(values["prepare"]), afterwards=lines_of(values["afterwards"]),
                candidates=lines_of(values["candidates"]),
                claims=tuple(claim_of(line, where) for line in lines_of(values["claims"])),
                snaplen=int(values["snaplen"]), frames=values["frames"],
                live=values["live"] == "yes", peers=peers_of(values["server"], clients))


def peers_of(server: str, clients: list[Client]) -> str:
    names = {"standalone": "Samba", "member": "Samba", "scripted": "scripted server"}
    programs = list(dict.fromkeys(client.program for client in clients))
    return "lab: %s; %s" % (names.get(server, "real TCP stack"), ", ".join(programs))


def read_cases() -> dict[str, Case]:
    """All cases, by name, in the order of the files."""
    cases = {}
    for path in sorted(glob.glob(os.path.join(HERE, "cases", "*.case"))):
        file = os.path.basename(path)
        parser = configparser.ConfigParser(delimiters=("=",), comment_prefixes=("#",),
                                           interpolation=None, default_section="all cases")
        try:
            parser.read(path, encoding="utf-8")
        except configparser.Error as error:
            raise CaseError(" ".join(str(error).split())) from None
        for name in parser.sections():
            where = "%s: %s" % (file, name)
            if name in cases:
                raise CaseError("%s: another file has a case of this name" % where)
            cases[name] = case_of(name, dict(parser[name]), where)
    return cases
