# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts the lab out of reach of the machine that it runs on.

The command runs itself once more in namespaces of its own: network, mounts, processes, hostname.
The first process in there is the lab; when it ends, however it ends, the kernel ends all others,
and with them go the networks, the mounts and the file system in memory that held their files.
"""

import contextlib
import os
import platform
import shutil
import signal
import subprocess
import sys

from nodes import STATE

CANNOT = 77  # exit status: this machine cannot run the lab (ctest: skipped)
INSIDE = "QNTC_LAB_INSIDE"

APART = ("unshare", "--net", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child",
         "--mount-proc")


def cannot(why: str):
    print("lab: skipped: " + why, file=sys.stderr)
    sys.exit(CANNOT)


def require_system():
    """Root, and the one system whose Samba still speaks all that IBM i does."""
    if os.geteuid() != 0:
        cannot("needs root, to make network namespaces of its own")
    with contextlib.suppress(OSError):
        system = platform.freedesktop_os_release()
        if (system.get("ID"), system.get("VERSION_ID")) == ("debian", "12"):
            return
    cannot("needs Debian 12: the Samba of other systems lacks protocols that IBM i speaks")


def require():
    """Ends the command with one line where the lab cannot run."""
    require_system()
    if not shutil.which("unshare") or subprocess.run(
            [*APART, "sh", "-c", "mount -t tmpfs lab /run && { ! command -v ip >/dev/null || "
             "ip link add type veth && ip link add type bridge; }"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            check=False).returncode:
        cannot("this system allows no namespaces, or has no veth and bridge devices")
    missing = sorted(set(packages()) - installed())
    if missing:
        cannot("packages are missing, which 'lab install' installs: " + " ".join(missing))


def packages() -> list[str]:
    """What the lab needs beside the plugin's own: a Debian package a line in the file packages."""
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "packages"), encoding="ascii") as file:
        return [line.strip() for line in file if not line.startswith("#")]


def installed() -> set[str]:
    try:
        listing = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\n"],
                                 capture_output=True, text=True, check=True).stdout
    except FileNotFoundError:
        return set()
    rows = (line.split() for line in listing.splitlines())
    return {package for status, package in rows if status == "installed"}


def install() -> int:
    """Installs them. Debian starts a server as soon as it is installed, here it shall not: the
    packages see no service manager that they could tell."""
    missing = sorted(set(packages()) - installed())
    if not missing:
        return 0
    script = """[ ! -d /run/systemd ] || mount -t tmpfs lab /run/systemd
        get="apt-get -qq -y install --no-install-recommends $*"
        $get >/dev/null 2>&1 </dev/null || { apt-get -qq update && $get; } </dev/null"""
    return subprocess.run(["unshare", "--mount", "sh", "-c", script, "lab", *missing], check=False,
                          env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}).returncode


def enter() -> int:
    """Runs this command again inside, and returns its exit status. If this process dies, so does
    the one inside; if it is told to end, it first ends that."""
    inside = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *APART, sys.executable, *sys.argv],
                              env={**os.environ, INSIDE: "1"})

    def end(number, _frame):
        sys.exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    try:
        return inside.wait()
    finally:
        inside.kill()
        inside.wait()


def settle():
    """Inside: a file system in memory over /run, for all that the lab writes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process outside ends this one
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "lab", "/run"], check=True)
    os.makedirs(STATE)
    os.environ.update(TMPDIR=STATE, PYTHONDONTWRITEBYTECODE="1")


def is_inside() -> bool:
    """The first process of its namespace, and started by enter()."""
    return os.getpid() == 1 and INSIDE in os.environ
