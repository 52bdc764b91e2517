# SPDX-License-Identifier: GPL-2.0-or-later
"""The machines of the lab: each a network namespace with a hostname and files of its own.

Everything here runs inside the namespaces that isolation.py made. The kernel takes all of it back
when their first process ends: nothing has to be undone. /run is a file system in memory that only
the lab sees, and holds all that the lab writes.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
STATE = "/run/lab"
PYTHON = "/usr/bin/python3"  # the one that Debian's packages, impacket among them, are for
NETWORK = "10.79.0"
BRIDGE = "lab0"
CLIENT_NUMBERS = {"ibmi": 10, "pc": 11}
CLIENT_ADDRESSES = ["%s.%d" % (NETWORK, number) for number in CLIENT_NUMBERS.values()]
DNS_DOMAIN = "corp.example.com"
# No node needs a name server to find another, or itself. The second line of FILESRV has names that
# are in the hosts file only: the domain knows no service by them until a case adds one.
HOSTS = """127.0.0.1 localhost
10.79.0.2 dc1.{0} dc1
10.79.0.3 filesrv.{0} filesrv
10.79.0.3 alias.{0} borrowed.{0}
10.79.0.4 standalone
10.79.0.10 ibmi1
10.79.0.11 winpc1
""".format(DNS_DOMAIN)
# Behind the lab's router: each answers a client in its own way, and none is a machine.
NOWHERE = {"prohibit": "10.80.0.1", "unreachable": "10.80.0.2", "blackhole": "10.80.0.3"}
# What a server program writes to, by its fixed path; each node sees a folder of its own there.
PRIVATE = ("/var/lib/samba", "/var/cache/samba", "/var/log/samba", "/run/samba")


class LabError(Exception):
    """What went wrong in the lab itself, in words for the one who runs it."""


def run(*command: str, **options) -> str:
    """Runs a command to its end and returns what it says. A failure shows that, too."""
    done = subprocess.run(command, stdin=options.pop("stdin", subprocess.DEVNULL),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, **options)
    if done.returncode:
        raise LabError("%s: exit status %d\n%s" % (" ".join(command), done.returncode, done.stdout))
    return done.stdout


def wait_for(what: str, condition, seconds: float = 60.0):
    """Returns what the condition gives as soon as it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.05)
    raise LabError("%s: not within %g seconds" % (what, seconds))


class Network:
    """A bridge that all nodes hang on, and a router to where nobody is."""

    def __init__(self):
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", BRIDGE, "type", "bridge")
        run("ip", "link", "set", BRIDGE, "addrgenmode", "none", "promisc", "on", "up")
        run("ip", "address", "add", NETWORK + ".1/24", "dev", BRIDGE)
        with open("/proc/sys/net/ipv4/ip_forward", "w", encoding="ascii") as file:
            file.write("1")
        for kind, address in NOWHERE.items():
            run("ip", "route", "add", kind, address)


class Node:
    """A machine: what runs in it sees its network, its hostname and its files only."""

    def __init__(self, name: str, number: int):
        self.name = name
        self.address = "%s.%d" % (NETWORK, number)
        self.files = os.path.join(STATE, name)
        # Its namespaces live as long as this process does.
        self.holder = subprocess.Popen(
            ["unshare", "--net", "--mount", "--uts", "--", "sleep", "infinity"],
            stdin=subprocess.DEVNULL)
        wait_for("namespaces of " + name, self._is_apart)
        self._make_files()
        self._plug_in(number)

    def _is_apart(self) -> bool:
        with open("/proc/%d/comm" % self.holder.pid, encoding="ascii") as file:
            return file.read().strip() == "sleep"

    def _make_files(self):
        shutil.copytree("/etc", self.path("etc"), symlinks=True)
        os.makedirs(self.path("share"))
        os.makedirs("/run/samba", exist_ok=True)
        for place in PRIVATE:
            os.makedirs(self.path(place.strip("/")))
            self.run("mount", "--bind", self.path(place.strip("/")), place)
        self.run("mount", "--bind", self.path("etc"), "/etc")
        self.run("hostname", self.name)
        self.write("etc/hostname", self.name + "\n")
        self.write("etc/hosts", HOSTS)
        self.write("etc/resolv.conf", "")
        for folder in ("var/lib/samba/private", "var/lib/samba/printers", "var/log/samba/cores"):
            os.makedirs(self.path(folder), mode=0o700, exist_ok=True)

    def _plug_in(self, number: int):
        wire = "wire%d" % number
        run("ip", "link", "add", wire, "type", "veth", "peer", "name", "eth0",
            "netns", str(self.holder.pid))
        run("ip", "link", "set", wire, "master", BRIDGE, "addrgenmode", "none", "up")
        self.run("ip", "link", "set", "lo", "up")
        self.run("ip", "link", "set", "eth0", "addrgenmode", "none", "up")
        self.run("ip", "address", "add", self.address + "/24", "dev", "eth0")
        self.run("ip", "route", "add", "default", "via", NETWORK + ".1")
        # Offloading would leave segments in the capture that no wire carries, and no checksums.
        off = ("tx", "off", "tso", "off", "gso", "off", "gro", "off")
        self.run("ethtool", "-K", "eth0", *off)
        run("ethtool", "-K", wire, *off)

    def path(self, *parts: str) -> str:
        """Where a file of this node is to be found from outside of it."""
        return os.path.join(self.files, *parts)

    def write(self, name: str, text: str):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def command(self, *argv: str) -> list[str]:
        return ["nsenter", "--target", str(self.holder.pid), "--net", "--mount", "--uts", "--",
                *argv]

    def run(self, *argv: str, **options) -> str:
        return run(*self.command(*argv), **options)

    def start(self, *argv: str, **options) -> subprocess.Popen:
        """Starts a program that goes on. It gets a session of its own: smbd ends its whole process
        group when it is told to end."""
        with open(self.path("log"), "ab") as log:
            return subprocess.Popen(self.command(*argv), stdin=subprocess.DEVNULL, stdout=log,
                                    stderr=log, start_new_session=True, **options)

    def pipe(self, *argv: str) -> subprocess.Popen:
        """Starts a program whose output is read at its end."""
        return subprocess.Popen(self.command(*argv), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def listens(self, *ports: int) -> bool:
        """Do programs of this node listen on all of these TCP ports?"""
        listening = set()
        for table in ("tcp", "tcp6"):
            with open("/proc/%d/net/%s" % (self.holder.pid, table), encoding="ascii") as file:
                for row in file.readlines()[1:]:
                    _, local, _, state = row.split()[:4]
                    if state == "0A":
                        listening.add(int(local.rsplit(":", 1)[1], 16))
        return listening.issuperset(ports)

    def processes(self, program: str) -> list[int]:
        return [int(pid) for pid in os.listdir("/proc")
                if pid.isdigit() and self._runs(pid, program)]

    def signal(self, program: str, number: int):
        """Sends a signal to all processes of this node that run the program."""
        for pid in self.processes(program):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def stop(self, program: str):
        """Ends all of them, politely at first."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            self.signal(program, number)
            with contextlib.suppress(LabError):
                wait_for("end of " + program, lambda: not self.processes(program), 4.0)
                return
        raise LabError("%s: %s does not end" % (self.name, program))

    def _runs(self, pid: str, program: str) -> bool:
        try:
            with open("/proc/%s/stat" % pid, encoding="ascii", errors="replace") as file:
                state = file.read().rsplit(")", 1)[1].split()[0]
            here = os.readlink("/proc/%s/ns/net" % pid)
            executable = os.readlink("/proc/%s/exe" % pid) if state != "Z" else ""
        except OSError:
            return False
        return (os.path.basename(executable) == program
                and here == os.readlink("/proc/%d/ns/net" % self.holder.pid))
