# SPDX-License-Identifier: GPL-2.0-or-later
"""The users of the lab, the same on the stand-alone server and in the domain.

A case names a user and the form in which the client sends the password; what the server knows is
here.
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Account:
    name: str
    password: str
    state: str = ""  # what is wrong with it; servers.py makes it so


ACCOUNTS = {account.name: account for account in (
    Account("anne", "lowercase.pw1"),
    Account("bert", "UPPERCASE.PW1"),
    Account("joep", "MixedCase.Pw1"),
    Account("bartholome", "MixedCase.Pw1"),  # a name of IBM i's length, and one that it begins
    Account("bartholomew", "MixedCase.Pw1"),
    Account("dirk", "MixedCase.Pw1", "disabled"),
    Account("elsa", "MixedCase.Pw1", "expired"),
    Account("hugo", "MixedCase.Pw1", "no logon hours"),
    Account("lars", "MixedCase.Pw1", "locked out"),
    Account("mona", "MixedCase.Pw1", "password must change"),
    Account("paul", "MixedCase.Pw1", "password expired"),
    Account("petra", "MixedCase.Pw1", "protected user"),
    Account("wilma", "MixedCase.Pw1", "other workstations only"),
)}

FORMS = {
    "right": lambda password: password,
    "lower": str.lower,
    "upper": str.upper,
    "wrong": lambda password: "Not." + password,
    "empty": lambda password: "",
}


def password_sent(user: str, form: str) -> str:
    """What a client types for a user, who need not exist."""
    account = ACCOUNTS.get(user.split("@")[0].lower())
    return FORMS[form](account.password if account else "MixedCase.Pw1")
