# SPDX-License-Identifier: GPL-2.0-or-later
"""The servers of the lab: a stand-alone Samba, a domain controller, a member of its domain, and a
scripted one.

Each is a node. It is made when the first case asks for it, and set to the options of a case by
serve(); as long as these stay the same, it runs on.
"""

import base64
import glob
import os
import signal
import subprocess
import threading
import time

from accounts import ACCOUNTS
from nodes import DNS_DOMAIN, HERE, PYTHON, LabError, Node, wait_for

REALM = DNS_DOMAIN.upper()
DOMAIN = "CORP"
ADMINISTRATOR_PASSWORD = "Lab.Admin.Pw1"
PROGRAMS = ("samba", "smbd", "winbindd")  # what a domain controller runs
PAUSE = 15.0  # seconds; smbclient waits for 20

SHARES = {
    "data": [],
    "private": ["valid users = root"],
    "sealed": ["smb encrypt = required"],
    "dfs": ["msdfs root = yes"],
}
COMMON = {
    "server min protocol": "LANMAN1",
    "ntlm auth": "ntlmv1-permitted",
    "lanman auth": "yes",
    "raw NTLMv2 auth": "yes",
    "disable netbios": "no",
    "load printers": "no",
    "rpc start on demand helpers": "no",
    "log file": "/var/log/samba/log.%m",
}


def libfaketime() -> str:
    """The library by itself: the program faketime would fork, and not be the server's process."""
    return glob.glob("/usr/lib/*/faketime/libfaketime.so.1")[0]


def smb_conf(options: dict[str, str], folder: str) -> str:
    """All shares have the same folder."""
    lines = ["[global]"] + ["%s = %s" % item for item in options.items()]
    for name, extra in SHARES.items():
        lines += ["[%s]" % name, "read only = no", "path = " + folder, *extra]
    return "\n".join(lines) + "\n"


class FileServer(Node):
    """What the stand-alone server and the member have in common: one smbd, set to a case."""

    def __init__(self, name: str, number: int):
        super().__init__(name, number)
        self.served = None
        os.chmod(self.path("share"), 0o777)
        with open(self.path("share", "file.txt"), "w", encoding="ascii") as file:
            file.write("A file of the lab.\n")
        os.symlink("msdfs:elsewhere\\data", self.path("share", "link"))
        os.symlink("msdfs:%s\\data" % name.lower(), self.path("share", "target"))

    def configure(self, options: dict[str, str]):
        text = smb_conf({**COMMON, **self.options(), **options}, self.path("share"))
        self.write("etc/samba/smb.conf", text)

    def options(self) -> dict[str, str]:
        raise NotImplementedError

    def serve(self, options: dict[str, str], clock: str = ""):
        """An smbd with these options of smb.conf; its clock can be wrong, as libfaketime says."""
        if self.served == (options, clock):
            return
        self.shut()
        self.configure(options)
        environment = {**os.environ}
        if clock:
            environment.update(LD_PRELOAD=libfaketime(), FAKETIME=clock,
                               FAKETIME_DONT_FAKE_MONOTONIC="1")
        self.start("smbd", "--foreground", "--no-process-group", env=environment)
        wait_for("smbd of " + self.name, lambda: self.listens(445, 139))
        self.served = (options, clock)

    def shut(self):
        """No smbd: its ports are closed."""
        self.served = None
        self.stop("smbd")


class StandAlone(FileServer):
    def __init__(self):
        super().__init__("STANDALONE", 4)
        self.configure({})
        for number, account in enumerate(ACCOUNTS.values(), 2000):
            self._add(account, number)
        # In seconds: one day. Only an account that is set back in time has an older password.
        self.run("pdbedit", "-P", "maximum password age", "-C", "86400")

    def options(self) -> dict[str, str]:
        return {"server role": "standalone server", "workgroup": "WORKGROUP"}

    def _add(self, account, number: int):
        with open(self.path("etc/passwd"), "a", encoding="ascii") as file:
            file.write("%s:x:%d:%d::/nonexistent:/usr/sbin/nologin\n"
                       % (account.name, number, number))
        self._set_password(account)
        change = {
            "disabled": ("smbpasswd", "-d", account.name),
            "expired": ("pdbedit", "-u", account.name, "-K", "1000000000"),
            "password must change": ("net", "sam", "set", "pwdmustchangenow", account.name, "yes"),
        }.get(account.state)
        if change:
            self.run(*change)

    def _set_password(self, account):
        back = ("faketime", "-f", "-9d") if account.state == "password expired" else ()
        typed = "%s\n%s\n" % (account.password, account.password)
        done = subprocess.run(self.command(*back, "smbpasswd", "-s", "-a", account.name),
                              input=typed, capture_output=True, text=True, check=False)
        if done.returncode:
            raise LabError("smbpasswd %s: %s" % (account.name, done.stderr))


class DomainController(Node):
    """The domain: directory, Kerberos and DNS."""

    OPTIONS = {
        "ntlm auth": "ntlmv1-permitted",
        "interfaces": "lo eth0",
        "bind interfaces only": "yes",
        "server schannel require seal": "no",
        "server services": "s3fs rpc ldap cldap kdc dns winbindd",
        "tls enabled": "no",
    }

    def __init__(self):
        super().__init__("DC1", 2)
        os.remove(self.path("etc/samba/smb.conf"))
        self.run("samba-tool", "domain", "provision", "--realm=" + REALM, "--domain=" + DOMAIN,
                 "--server-role=dc", "--adminpass=" + ADMINISTRATOR_PASSWORD,
                 "--host-ip=" + self.address, "--dns-backend=SAMBA_INTERNAL")
        with open(self.path("etc/samba/smb.conf"), "a", encoding="ascii") as file:
            file.write("[global]\n" + "".join("%s = %s\n" % item for item in self.OPTIONS.items()))
        self.write("etc/resolv.conf", "nameserver 127.0.0.1\nsearch %s\n" % DNS_DOMAIN)
        self.base = ",".join("DC=" + part for part in DNS_DOMAIN.split("."))
        self._add_accounts()
        self.state = "stopped"
        self.starts = 0
        self.be("running")

    def be(self, state: str):
        """running, stopped, paused for some seconds, or with a policy: NTLMv2 only."""
        if state == self.state:
            return
        if state == "paused":
            self._pause()
            return
        for program in PROGRAMS:
            self.signal(program, signal.SIGCONT)  # one that is paused would not end
            self.stop(program)
        self.state = state
        if state == "stopped":
            return
        policy = "ntlmv2-only" if state == "NTLMv2 only" else "ntlmv1-permitted"
        self.starts += 1
        self.start("samba", "--foreground", "--no-process-group", "--option=ntlm auth=" + policy)
        wait_for("the domain controller", lambda: self.listens(53, 88, 135, 389, 445))

    def _pause(self):
        """Its kernel takes what comes, and nobody answers, until it wakes up by itself."""
        def all_get(number):
            for program in PROGRAMS:
                self.signal(program, number)

        all_get(signal.SIGSTOP)
        wake = threading.Timer(PAUSE, all_get, [signal.SIGCONT])
        wake.daemon = True
        wake.start()
        self.state = "paused"

    def dn(self, name: str) -> str:
        return "CN=%s,CN=Users,%s" % (name, self.base)

    def ldb(self, program: str, ldif: str, database: str = "/var/lib/samba/private/sam.ldb"):
        done = subprocess.run(self.command(program, "-H", database), input=ldif,
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise LabError("%s: %s\n%s" % (program, done.stdout + done.stderr, ldif))

    def _age_password(self, name: str):
        """Sets a password back in time. The directory's own modules do not allow that: this goes
        past them, into the file of its naming context."""
        database = "/var/lib/samba/private/sam.ldb.d/%s.ldb" % self.base.upper()
        self.ldb("ldbmodify", "dn: %s\nchangetype: modify\nreplace: pwdLastSet\n"
                 "pwdLastSet: 132223104000000000\n" % self.dn(name), database)

    def _add_accounts(self):
        # Two days: Samba takes one for "never".
        self.run("samba-tool", "domain", "passwordsettings", "set", "--max-pwd-age=2",
                 "--min-pwd-age=0", "--history-length=0", "--complexity=off",
                 "--account-lockout-threshold=0")
        states = {
            "disabled": ["userAccountControl: 514"],
            "expired": ["accountExpires: 125911584000000000"],
            "no logon hours": ["logonHours:: " + base64.b64encode(bytes(21)).decode()],
            "password must change": ["pwdLastSet: 0"],
            "other workstations only": ["userWorkstations: ELSEWHERE"],
        }
        for account in ACCOUNTS.values():
            quoted = base64.b64encode(('"%s"' % account.password).encode("utf-16-le")).decode()
            attributes = {
                "objectClass": "user", "sAMAccountName": account.name,
                "userPrincipalName": "%s@%s" % (account.name, DNS_DOMAIN),
                "userAccountControl": "512",
            }
            extra = states.get(account.state, [])
            lines = ["dn: " + self.dn(account.name)]
            lines += ["%s: %s" % item for item in attributes.items()
                      if not any(x.startswith(item[0] + ":") for x in extra)]
            lines += ["unicodePwd:: " + quoted, *extra, "", ""]
            self.ldb("ldbadd", "\n".join(lines))
            if account.state == "password expired":
                self._age_password(account.name)
        self.ldb("ldbmodify", "dn: CN=Protected Users,CN=Users,%s\nchangetype: modify\n"
                 "add: member\nmember: %s\n" % (self.base, self.dn("petra")))


class Member(FileServer):
    """A file server that has joined the domain."""

    def __init__(self, controller: DomainController):
        super().__init__("FILESRV", 3)
        self.controller = controller
        self.asked = None  # the options of winbindd, and which start of the controller it knows
        self.write("etc/resolv.conf",
                   "nameserver %s\nsearch %s\n" % (controller.address, DNS_DOMAIN))
        self.write("etc/krb5.conf", krb5_conf())
        self.write("etc/nsswitch.conf", "passwd: files winbind\ngroup: files winbind\n"
                   "hosts: files dns\n")
        self.configure({})
        self.run("net", "ads", "join", "-U", "Administrator%" + ADMINISTRATOR_PASSWORD,
                 "--no-dns-updates")
        self.run("net", "ads", "keytab", "add", "cifs", "-P")

    def options(self) -> dict[str, str]:
        return {
            "security": "ads", "realm": REALM, "workgroup": DOMAIN,
            "kerberos method": "secrets and keytab",
            "idmap config * : backend": "autorid",
            "idmap config * : range": "100000-1999999",
        }

    def serve(self, options: dict[str, str], clock: str = ""):
        """winbindd asks the domain controller; it runs anew when its options or that one do."""
        asked = (options, self.controller.starts)
        if self.asked != asked:
            self.shut()
            self.stop("winbindd")
            self.configure(options)
            self.start("winbindd", "--foreground", "--no-process-group")
            wait_for("winbindd", self._reaches_domain)
            self.asked = asked
        super().serve(options, clock)

    def _reaches_domain(self) -> bool:
        time.sleep(0.1)
        return subprocess.run(self.command("wbinfo", "--ping-dc"), stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False).returncode == 0


def krb5_conf() -> str:
    return ("[libdefaults]\n default_realm = %s\n dns_lookup_kdc = true\n"
            " dns_lookup_realm = false\n rdns = false\n" % REALM)


class ScriptedNode(Node):
    """The machine that runs scripted_server.py; one script at a time."""

    def __init__(self):
        super().__init__("SCRIPTED", 5)
        self.process = None

    def serve(self, script: str):
        if self.process:
            self.process.kill()
            self.process.wait()
        step = script.split(" ", 1)[0]
        self.process = self.start(PYTHON,
                                  os.path.join(HERE, "scripted_server.py"), *script.split(" ", 1))
        port = 139 if step == "session" else 445

        def listens():
            if self.process.poll() is not None:
                with open(self.path("log"), encoding="utf-8") as log:
                    raise LabError("the scripted server: " + log.read().splitlines()[-1])
            return self.listens(port)
        wait_for("the scripted server", listens)
