# SPDX-License-Identifier: GPL-2.0-or-later
"""Which of the stacks that memcheck and LeakSanitizer print are the plugin's."""

import re

# Paths of source files, which both print where a function is the plugin's.
OURS = re.compile(r"/(?:plugin|heuristics)/[\w/]+\.c:\d+")

# Allocated for as long as the program runs: what is registered, and the -z options of tshark.
MADE_ONCE = re.compile(r"proto_register_qntc|start_requested_stats")


def is_our_fault(stack: str) -> bool:
    return bool(OURS.search(stack))


def is_our_leak(stack: str) -> bool:
    return is_our_fault(stack) and not MADE_ONCE.search(stack)
