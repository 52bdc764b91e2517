# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin shows, read out of the outputs of Wireshark's programs so that it compares.

Frames are {frame: {field: [value...]}}, those without a field of ours left out. Values are told
apart from how each output writes them: booleans are 0 and 1 (4.2 and later print True), an expert
info is there or not, an empty text cannot be told from none.
"""

import collections
import json
import os
import re
import xml.etree.ElementTree as ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
CAPTURE_ENDS = (".pcap", ".pcapng", ".trace")

# What was on the wire, and what ended there. A later frame cannot change it: what the first pass
# shows of it, the second must show, too. It can change the causes.
LASTING = re.compile(r"qntc\.(outcome|user|domain|workstation|server\..*|dialect|mechanism|ntlm"
                     r"|password"
                     r"|signing\..*|status|cpdb053\..*|share|logon"
                     r"|frame\.(negotiate|challenge|authenticate|result))$")


class Failure(Exception):
    """What is wrong, in words for the one who reads the test's output."""


def captures_here():
    return sorted(name for name in os.listdir(HERE) if name.endswith(CAPTURE_ENDS))


def report_in(output):
    """The report of -z qntc,json, the one JSON object whose first line begins with a brace."""
    start = re.search(r"^\{", output, re.MULTILINE)
    if not start:
        raise Failure("no JSON report in the output of -z qntc,json")
    report, _ = json.JSONDecoder().raw_decode(output[start.start():])
    if report.get("schema") != 1:
        raise Failure("schema is %r, not 1" % report.get("schema"))
    report["capture"]["file"] = None  # depends on how tshark was told
    return report


def normal(value):
    return {"True": "1", "False": "0"}.get(value, value)


def add_value(frames, frame, name, value):
    if not name.startswith("qntc."):
        return
    if name.startswith("qntc.expert."):
        value = "there"
    if value != "":
        frames.setdefault(frame, {}).setdefault(name, []).append(normal(value))


def frames_of_pdml(output):
    """-> (frames, Counter of expert messages)"""
    frames, messages = {}, collections.Counter()
    for packet in ElementTree.fromstring(output[:output.index("</pdml>") + 7]).iter("packet"):
        number = int(packet.find("proto[@name='geninfo']/field[@name='num']").get("show"))
        for proto in packet.findall("proto[@name='qntc']"):
            for field in proto.iter("field"):
                add_value(frames, number, field.get("name"), field.get("show"))
                if field.get("name") == "_ws.expert.message":
                    messages[field.get("show")] += 1
    return frames, messages


def frames_of_json(output):
    def walk(pairs, number):
        for name, value in pairs:
            if isinstance(value, list):
                walk(value, number)
            else:
                add_value(frames, number, name, value)

    frames = {}
    for packet in json.loads(output, object_pairs_hook=list):
        layers = dict(dict(packet)["_source"])["layers"]
        walk(layers, int(dict(dict(layers)["frame"])["frame.number"]))
    return frames


def same_frames(what, frames, other_what, other):
    """Both show the same; else the first frame where they do not."""
    for number in sorted(frames.keys() | other.keys()):
        shown, other_shown = frames.get(number, {}), other.get(number, {})
        for name in sorted(shown.keys() | other_shown.keys()):
            if shown.get(name) != other_shown.get(name):
                raise Failure("frame %d, %s: %s shows %s, %s shows %s" % (
                    number, name, what, shown.get(name), other_what, other_shown.get(name)))
