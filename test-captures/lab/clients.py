# SPDX-License-Identifier: GPL-2.0-or-later
"""The clients of the lab: two nodes, one that plays IBM i and one that plays a PC, and how each
program is told what a case says."""

import os
import subprocess

from accounts import password_sent
from case_files import Client
from nodes import DNS_DOMAIN, HERE, PYTHON, Node
from servers import REALM

LONGEST = 90  # seconds that a client may take; a server without its controller lets it wait

# Case's dialect -> smbclient's name for it
PROTOCOLS = {"1": "NT1", "2.0.2": "SMB2_02", "2.1": "SMB2_10", "3.0": "SMB3_00",
             "3.0.2": "SMB3_02", "3.1.1": "SMB3_11"}

# The KDC by its address: it must be asked even when the domain's DNS does not answer.
KRB5_CONF = """[libdefaults]
 default_realm = {0}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
[realms]
 {0} = {{
  kdc = 10.79.0.2
 }}
[domain_realm]
 .{1} = {0}
""".format(REALM, DNS_DOMAIN)

SMB_CONF = """[global]
 workgroup = IBMI
 realm = {0}
 name resolve order = host
 client min protocol = LANMAN1
 create krb5 conf = no
 disable netbios = yes
""".format(REALM)


class ClientNode(Node):
    def __init__(self, name: str, number: int):
        super().__init__(name, number)
        self.write("etc/krb5.conf", KRB5_CONF)
        self.write("etc/samba/smb.conf", SMB_CONF)
        self.tickets = self.path("tickets")

    def use(self, client: Client, host: str) -> str:
        """Runs the client to its end, well or badly, and returns what it said."""
        if os.path.exists(self.tickets):
            os.remove(self.tickets)
        clock = [option for option in client.options if option.startswith("clock ")]
        environment = {**os.environ, "KRB5CCNAME": "FILE:" + self.tickets}
        argv = PROGRAMS[client.program](client, host)
        if clock:
            argv = ["faketime", "-f", clock[0].split()[1], *argv]
        password = password_sent(client.user, client.password)
        try:
            done = subprocess.run(self.command(*argv), input=password + "\n", text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LONGEST,
                                  env=environment, check=False, errors="replace")
            return done.stdout
        except subprocess.TimeoutExpired:
            return "no end within %d seconds" % LONGEST


def program_options(client: Client) -> list[str]:
    return [option for option in client.options if not option.startswith("clock ")]


def smbclient(client: Client, host: str) -> list[str]:
    lowest, _, highest = client.dialect.partition("-")
    options = {
        "client min protocol": PROTOCOLS[lowest],
        "client max protocol": PROTOCOLS[highest or lowest],
    }
    if client.ntlm != "v2":
        options["client NTLMv2 auth"] = "no"
        options["ntlmssp_client:ntlm2"] = "no" if client.ntlm == "v1" else "yes"
    password = password_sent(client.user, client.password)
    argv = ["smbclient", "//%s/%s" % (host, client.share), "-c", client.arguments]
    argv += ["--option=%s=%s" % option for option in options.items()]
    argv += ["--option=" + option for option in program_options(client)]
    if client.auth == "none":
        return [*argv, "-N", "-U%"]
    if client.auth in ("kerberos", "any"):
        wanted = "required" if client.auth == "kerberos" else "desired"
        return [*argv, "--use-kerberos=" + wanted, "-U%s@%s%%%s" % (client.user, REALM, password)]
    domain = ["-W", client.domain] if client.domain else []  # smb.conf names one
    return [*argv, "--use-kerberos=off", *domain, "-U%s%%%s" % (client.user, password)]


def impacket(client: Client, host: str) -> list[str]:
    program = os.path.join(HERE, "look_alike.py")
    return [PYTHON, program, "--dialect", client.dialect, "--ntlm", client.ntlm,
            "--user", client.user, "--domain", client.domain,
            "--password", password_sent(client.user, client.password),
            "--share", client.share, *program_options(client), host, client.arguments]


def curl(client: Client, host: str) -> list[str]:
    """curl speaks SMB1 without extended security only."""
    user = client.domain + "/" + client.user if client.domain else client.user
    return ["curl", "--silent", "--max-time", "20", "--user",
            "%s:%s" % (user, password_sent(client.user, client.password)),
            "smb://%s/%s/file.txt" % (host, client.share)]


def kinit(client: Client, _host: str) -> list[str]:
    """MIT's client, for a ticket of the user alone; it reads the password."""
    return ["kinit", client.user]


def smbtorture(client: Client, host: str) -> list[str]:
    return ["smbtorture", "//%s/%s" % (host, client.share), client.arguments,
            "--use-kerberos=" + ("required" if client.auth == "kerberos" else "off"),
            *("--option=" + option for option in program_options(client)),
            "-U%s@%s%%%s" % (client.user, REALM, password_sent(client.user, client.password))]


PROGRAMS = {"smbclient": smbclient, "impacket": impacket, "curl": curl, "kinit": kinit,
            "smbtorture": smbtorture}
