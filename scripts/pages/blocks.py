# SPDX-License-Identifier: GPL-2.0-or-later
"""The generated blocks of the pages: what the rows, the tables of the job log and tshark say.

Each function gives the lines of the block of its name, in BLOCKS at the end. `words` are those of
the block's marker; `row` is the cause or warning, None on the index.
"""

import json
import os
import re
import shlex
import textwrap

from pages import page
from pages.plugin import expected_reports, sample

NO_ANSWER = "no SMB answer"
WIDTH = 100

BASES = {
    "status": "the status in the server's answer, or the packet itself",
    "computed": "a response that is computed again",
    "compared": "a comparison of names, settings or logons",
    "earlier": "what failed before the logon took another way",
    "capture": "what the file lacks",
    "general": "the absence of a better explanation",
}

# Rules of a reference that is not in the project; of use to those who write rows.
RULES = re.compile(r"[A-Z]\d\d(, [A-Z]\d\d)*$|(domain reference|lab|source) \d")


def wrapped(text, first="", others=""):
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=others,
                         break_long_words=False, break_on_hyphens=False)


def lines_of_list(lines):
    for line in lines:
        yield from wrapped(line, "- ", "  ")


def about(plugin, row, words):
    kind = "Warning" if "serious" in row else "Cause"
    yield "**%s**" % row["title"]
    yield ""
    yield "%s `%s`, group \"%s\". [All causes and warnings](README.md)" % (
        kind, row["id"], row["group"])


def answers_seen(row):
    """The answers that the expected reports have with this verdict, in the words of a marker."""
    for report in expected_reports():
        for logon in report["logons"]:
            refused = logon["outcome"] == "refused"
            if logon["causes"] and logon["causes"][0]["id"] == row["id"]:
                if refused and logon["status"]:
                    yield logon["status"]["name"]
                elif not refused and logon["cpdb053"]:
                    yield "errno/%d" % logon["cpdb053"]["code"]
            for event in logon["after"]:
                if event["causes"] and event["causes"][0]["id"] == row["id"] and event["status"]:
                    yield event["status"]["name"]


def words_of(plugin, row, words):
    """The words of a job-log marker, and those that it lacks."""
    if row["basis"] == "capture":
        return words
    listed = {answer["name"] for answer in row["statuses"] + row["event_statuses"]}
    seen = {word for word in answers_seen(row)
            if word.startswith("errno/") or word in plugin.answers}
    return words + sorted(seen - listed - set(words))


def answer_named(plugin, name):
    if name not in plugin.answers:
        raise page.Failure("heuristics/status.c has no %s" % name)
    return plugin.answers[name]


def answers_of(plugin, row, words):
    """The answers of a job-log block: those that the row lists, then those of the marker."""
    listed = row["statuses"] + row["event_statuses"]
    listed = list({answer["name"]: answer for answer in listed}.values())
    for word in words:
        if any(answer["name"] == word for answer in listed):
            raise page.Failure("job-log: the row lists %s itself" % word)
        if not word.startswith("errno/"):
            listed.append(answer_named(plugin, word))
    return listed, [word.partition("/")[2] for word in words if word.startswith("errno/")]


def job_log(plugin, row, words):
    answers, errnos = answers_of(plugin, row, words)
    if not answers and not errnos:
        yield "No pair of CPDB053 is known for it."
        return
    yield "Error class and error code in CPDB053 ([what they say](README.md#the-job-log)):"
    yield ""
    yield "| on the wire | SMB1 session | SMB2 or SMB3 session |"
    yield "|---|---|---|"
    for answer in answers:
        code = answer["code"] if answer["code"] != answer["name"] else None
        name = "`%s`%s" % (answer["name"], " " + code if code else "")
        smb2 = plugin.pair(answer["smb2"]) if "smb2" in answer else "-"
        yield "| %s | %s | %s |" % (name, plugin.pair(answer["smb1"]), smb2)
    for errno in errnos:
        pair = plugin.pair({"class": 0, "code": int(errno), "likely": True})
        yield "| %s | %s | %s |" % (NO_ANSWER, pair, pair)


def meaning(plugin, row, words):
    yield from wrapped(row.get("explanation") or row["title"] + ".")
    if row.get("ends"):
        yield ""
        yield from wrapped("**What ends it:** " + row["ends"])


def command_line(plugin, example):
    capture, options = plugin.capture(example)
    return shlex.join(["tshark", "-r", "test-captures/" + capture, *options, "-q", "-z",
                       "qntc,report"])


def filter_of_codes(row):
    """The display filter of Wireshark's own fields for the codes that name a cause."""
    answers = row.get("statuses", []) + row.get("event_statuses", [])
    statuses = dict.fromkeys(answer["code"] for answer in answers if answer["code"])
    tests = ["%s.nt_status == %s" % (smb, code.lower()) for code in statuses
             for smb in ("smb2", "smb")]
    tests += ["kerberos.error_code == %d" % code for code in row.get("kerberos_codes", [])]
    return " || ".join(tests)


def example_report(plugin, row, words):
    part, parts = sample(row, plugin.reports[row["example"]])
    filtered = "qntc.warning" if "serious" in row else "qntc.cause"
    yield "Display filter: `%s == \"%s\"`; expert info: `qntc.expert.%s`" % (
        filtered, row["id"], row["id"].replace("-", "_"))
    yield ""
    if filter_of_codes(row):
        yield "Without the plugin: `%s`" % filter_of_codes(row)
        yield ""
    yield "    $ " + command_line(plugin, row["example"])
    if parts > 1:
        yield "    ..."
    for line in part.splitlines():
        yield "    " + line


def verdicts_of(report):
    """What a report in JSON says, each once: "refused: account-expired (proven)"."""
    said = {}
    for logon in report["logons"]:
        causes = ", ".join("`%s` (%s)" % (cause["id"], cause["confidence"])
                           for cause in logon["causes"])
        said[logon["outcome"] + (": " + causes if causes else "")] = None
        for event in logon["after"]:
            for cause in event["causes"][:1]:
                said["after the logon: `%s` (%s)" % (cause["id"], cause["confidence"])] = None
        for warning in logon["warnings"]:
            said["warning: `%s`" % warning["id"]] = None
    for finding in report["findings"]:
        said["finding: `%s` (%s)" % (finding["id"], finding["confidence"])] = None
    return list(said)


def counter_example(plugin, row, words):
    name = row["counter_example"]
    expected = os.path.join(page.CAPTURES, "expected", name + ".json")
    if not os.path.exists(expected):
        raise page.Failure("its counter-example %s has no expected report" % name)
    report = json.loads(page.read(expected))
    said = verdicts_of(report)
    yield from wrapped("`test-captures/%s`: %s There the plugin says%s" % (
        plugin.capture(name)[0], plugin.shows(name), ":" if said else " nothing."))
    if said:
        yield ""
        yield from lines_of_list(said)


def advice_ibm_i(plugin, row, words):
    yield from lines_of_list(row["advice_ibm_i"])


def advice_server(plugin, row, words):
    yield from lines_of_list(row["advice_server"])


def advice_netserver(plugin, row, words):
    yield from lines_of_list(re.sub("^CLIENT: ", "On the client: ", line)
                             for line in row["advice_netserver"])


def confidence(plugin, row, words):
    yield "At most `%s`. It rests on %s." % (row["ceiling"], BASES[row["basis"]])


def sources(plugin, row, words):
    yield from lines_of_list(source for source in row["source"].split("; ")
                             if not RULES.match(source))


def page_link(row):
    return "[%s](%s.md)" % (row["id"], row["id"])


def index_of_causes(plugin, row, words):
    """The index: a table for each group."""
    group = None
    for each in plugin.rows:
        is_cause = "serious" not in each
        if each["group"] != group:
            yield from ["### " + each["group"], ""] if group is None else ["", "### " +
                                                                           each["group"], ""]
            yield "| page | what it says | %s |" % ("at most" if is_cause else "severity")
            yield "|---|---|---|"
            group = each["group"]
        last = each["ceiling"] if is_cause else "warning" if each["serious"] else "note"
        yield "| %s | %s | %s |" % (page_link(each), each["title"], last)


def causes_by_answer(plugin):
    """{answer or errno/N: [row...]}, as the job-log blocks of all pages have it."""
    found = {}
    for row in plugin.rows:
        marker = page.BLOCK.search(page.section_of(row, "What the IBM i shows"))
        if "serious" in row or not marker:
            continue
        answers, errnos = answers_of(plugin, row, marker["words"].split())
        names = [answer["name"] for answer in answers] + ["errno/" + errno for errno in errnos]
        for name in names:
            found.setdefault(name, []).append(row)
    return found


def pairs(plugin, version):
    """The table from error class and code to pages, for sessions of SMB1 or of SMB2 and SMB3."""
    causes = causes_by_answer(plugin)
    other = next(row for row in plugin.rows if row["id"] == "refused-other")
    lines = []
    for name, answer in plugin.answers.items():
        if version in answer and answer["meaning"]:
            pair = answer[version]
            rows = causes.get(name, [other])
            wire = "`%s`: %s" % (name, answer["meaning"])
            lines.append((pair["class"], pair["code"], pair["likely"], rows == [other], wire, rows))
    for name, rows in causes.items():
        if name.startswith("errno/") and version == "smb2":
            lines.append((0, int(name[6:]), True, False, NO_ANSWER, rows))
    yield "| class | code | what was on the wire | pages |"
    yield "|---|---|---|---|"
    shown = None
    for error_class, code, likely, _, wire, rows in sorted(lines, key=lambda line: line[:5]):
        text = str(code)
        if error_class == 0:
            text += " %s" % plugin.errnos[text]
        first = "%d | %s" % (error_class, text) if (error_class, code) != shown else " | "
        yield "| %s | %s%s | %s |" % (first, wire, "" if likely else " **Sure.**",
                                      ", ".join(page_link(row) for row in rows))
        shown = (error_class, code)


def pairs_smb1(plugin, row, words):
    yield from pairs(plugin, "smb1")


def pairs_smb2(plugin, row, words):
    yield from pairs(plugin, "smb2")


BLOCKS = {
    "about": about,
    "job-log": job_log,
    "meaning": meaning,
    "example": example_report,
    "counter-example": counter_example,
    "advice-ibm-i": advice_ibm_i,
    "advice-server": advice_server,
    "advice-netserver": advice_netserver,
    "confidence": confidence,
    "sources": sources,
    "index": index_of_causes,
    "pairs-smb1": pairs_smb1,
    "pairs-smb2": pairs_smb2,
}
