# SPDX-License-Identifier: GPL-2.0-or-later
"""Which of the stacks that memcheck and LeakSanitizer print are the plugin's."""

import re

# Paths of source files, which both print where a function is the plugin's.
OURS = re.compile(r"/(?:plugin|heuristics)/[\w/]+\.c:\d+")

# The plugin hands each message on to Wireshark's dissector: what that does is not the plugin's.
DISSECTION = re.compile(r"\b(?:call_\w*dissector|dissector_try|dissect_)\w*")

# Allocated for as long as the program runs: what is registered, and the -z options of tshark.
MADE_ONCE = re.compile(r"proto_register_qntc|start_requested_stats")


def is_our_fault(stack: str) -> bool:
    """The innermost frame comes first."""
    ours = OURS.search(stack)
    return bool(ours) and not DISSECTION.search(stack[:ours.start()].split("\n", 1)[-1])


def is_our_leak(stack: str) -> bool:
    return is_our_fault(stack) and not MADE_ONCE.search(stack)
