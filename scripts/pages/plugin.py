# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin says: the rows that the program "vocabulary" prints, and reports of examples."""

import concurrent.futures
import csv
import functools
import glob
import json
import os
import re
import shlex
import subprocess

from pages import page

AT_ONCE = 2  # tsharks


def table(name):
    """The rows of a table of test-captures/, by their first column."""
    with open(os.path.join(page.CAPTURES, name), encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row[rows.fieldnames[0]]: row for row in rows}


@functools.cache
def expected_reports():
    """The reports in JSON that the tests of test-captures/ hold the plugin to."""
    paths = glob.glob(os.path.join(page.CAPTURES, "expected", "*.json"))
    return [json.loads(page.read(path)) for path in paths]


class Plugin:
    """The vocabulary, and reports of the examples, each made once."""

    def __init__(self, vocabulary, tshark):
        self.rows = vocabulary["causes"] + vocabulary["warnings"]
        self.errnos = vocabulary["errnos"]
        self.answers = {answer["name"]: answer for answer in vocabulary["statuses"]}
        for row in vocabulary["causes"]:
            for answer in row["statuses"] + row["event_statuses"]:
                self.answers.setdefault(answer["name"], answer)
        self.tshark = shlex.split(tshark)
        self.captures, self.variants = table("index.tsv"), table("variants.tsv")
        self.reports, self.found = {}, {}

    def capture(self, example):
        """-> (file in test-captures/, options of tshark for it)"""
        variant = self.variants.get(example)
        if variant:
            return variant["capture"], shlex.split(variant["options"])
        return example, []

    def shows(self, example):
        return (self.variants.get(example) or self.captures[example])["shows"]

    def make_report(self, example):
        """The report, and how many frames each filter of the example's pages finds, by one run."""
        filters = sorted({filter_ for row in self.rows if row["example"] == example
                          for filter_ in page.filters_of(row)})
        capture, options = self.capture(example)
        command = [*self.tshark, "-r", os.path.join(page.CAPTURES, capture), *options,
                   "-q", "-z", "qntc,report"]
        if filters:
            command += ["-z", ",".join(["io,stat,0", *filters])]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode:
            raise page.Failure("%s: %s" % (shlex.join(command), done.stderr.decode().strip()))
        output = done.stdout.decode("utf-8")
        counts = re.search(r"<>[^|]*\|(.*)\|$", output, re.MULTILINE)
        frames = counts[1].split("|")[::2] if counts else []
        return output, dict(zip(filters, map(int, frames)))

    def make_reports(self, rows):
        examples = sorted({row["example"] for row in rows})
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for example, made in zip(examples, pool.map(self.make_report, examples)):
                self.reports[example], self.found[example] = made

    def pair(self, pair):
        """"likely class 0, code 3401 (CPE3401, EACCES)", as the report says it."""
        text = "%sclass %d, code %d" % ("likely " if pair["likely"] else "", pair["class"],
                                        pair["code"])
        if pair["class"] == 0:
            text += " (CPE%04d, %s)" % (pair["code"], self.errnos[str(pair["code"])])
        return text


def report_parts(report):
    """The parts of a report that are about one logon or finding each."""
    part = None
    for line in report.splitlines():
        starts = re.match(r"Logon \d+  |Finding apart from the logons$", line)
        if part and (starts or not line):
            yield "\n".join(part)
            part = None
        if starts:
            part = [line.rstrip()]
        elif part:
            part.append(line.rstrip())
    if part:
        yield "\n".join(part)


def sample(row, report):
    """The first part that has the row as its verdict, as another cause, or as a warning."""
    parts = list(report_parts(report))
    for sign in ("(%s)", "(%s, ", " %s: "):
        for part in parts:
            if sign % row["id"] in " ".join(part.split()):
                return part, len(parts)
    raise page.Failure("the report of its example %s does not show it" % row["example"])
