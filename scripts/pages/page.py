# SPDX-License-Identifier: GPL-2.0-or-later
"""The files: the pages of docs/causes/ and their parts, and what the checks have to say of them."""

import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGES = os.path.join(ROOT, "docs", "causes")
CAPTURES = os.path.join(ROOT, "test-captures")

BLOCK = re.compile(r"<!-- generated: (?P<name>\S+)(?P<words>[^>]*?) -->\n.*?<!-- end -->\n",
                   re.DOTALL)
BY_HAND = re.compile(r"By hand:\s`([^`]+)`")


class Failure(Exception):
    """What is wrong, in words for the one who reads the test's output."""


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def path_of(name):
    return os.path.join(PAGES, name + ".md")


def text_of(row):
    """The page of a cause or warning as it is; empty without one."""
    path = path_of(row["id"])
    return read(path) if os.path.exists(path) else ""


def filters_of(row):
    """The display filters that people gave on the page."""
    return BY_HAND.findall(BLOCK.sub("", text_of(row)))


def section_of(row, heading):
    _, _, rest = text_of(row).partition("\n## %s\n" % heading)
    return rest.partition("\n## ")[0]
