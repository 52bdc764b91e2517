# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds what the plugin says of a capture against what its case claims.

Of the client nodes, logons, what failed after them, and findings must be exactly those claimed, in
their order: what is not claimed is a false alarm. Warnings and "lists" must be there; others may
be, too. What a server does as a client of its domain controller is not claimed.
"""

import json
import re
import shlex
import subprocess

from case_files import Case


def report_of(tshark: str, capture: str, candidates: tuple[str, ...]) -> dict:
    """The plugin's JSON report."""
    command = [*shlex.split(tshark), "-r", capture, "-q", "-z", "qntc,json"]
    for password in candidates:
        command += ["-o", 'uat:qntc_passwords:"","","%s"' % password]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False)
    start = re.search(r"^\{", done.stdout, re.MULTILINE)
    if not start:
        raise ValueError("no report: " + (done.stderr.strip() or done.stdout.strip()))
    return json.JSONDecoder().raw_decode(done.stdout[start.start():])[0]


def first(causes: list[dict]) -> list[str]:
    return [causes[0]["id"], causes[0]["confidence"]] if causes else []


def said(report: dict, clients: list[str]) -> dict[str, list[list[str]]]:
    """What the report says of these clients, in the words of the claims, by their kind."""
    logons = [logon for logon in report["logons"] if logon["client"]["address"] in clients]
    findings = [finding for finding in report["findings"]
                if not finding["client"] or finding["client"]["address"] in clients]
    return {
        "logon": [[logon["outcome"], *first(logon["causes"])] for logon in logons],
        "after": [first(event["causes"]) for logon in logons for event in logon["after"]
                  if event["causes"]],
        "finding": [[finding["id"], finding["confidence"]] for finding in findings],
        "lists": [[cause["id"]] for logon in logons for cause in logon["causes"][1:]],
        "warning": [[warning["id"]] for logon in logons for warning in logon["warnings"]],
    }


def fits(words: tuple[str, ...], shown: list[str]) -> bool:
    """A claim may leave out the last words: the confidence, or all of the cause."""
    return tuple(shown[:len(words)]) == words


def differences(case: Case, report: dict, clients: list[str]) -> list[str]:
    """A line for each claim that does not hold, and for each false alarm."""
    wrong = []
    shown = said(report, clients)
    for kind in ("logon", "after", "finding"):
        claimed = [claim for claim in case.claims if claim.kind == kind]
        if (len(claimed) != len(shown[kind])
                or not all(fits(c.words, s) for c, s in zip(claimed, shown[kind]))):
            wrong.append("%s: claimed %s; the report has %s" % (
                kind, ", ".join(str(claim) for claim in claimed) or "none",
                ", ".join(" ".join(words) for words in shown[kind]) or "none"))
    for claim in case.claims:
        if claim.kind in ("lists", "warning"):
            if not any(fits(claim.words, words) for words in shown[claim.kind]):
                wrong.append("claimed %s; the report has %s" % (
                    claim, ", ".join(" ".join(words) for words in shown[claim.kind]) or "none"))
    return wrong
