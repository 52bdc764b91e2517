# SPDX-License-Identifier: GPL-2.0-or-later
"""The tshark that a build folder is made for, with its own plugins, and with or without qntc.

Wireshark takes all plugins from one folder. So each variant gets a folder that holds Wireshark's
plugins, and qntc's where it is meant to be loaded: nothing else differs. As root, tshark runs as
nobody, because Wireshark takes plugins from no such folder when root starts it.
"""

import os
import re
import shutil
import subprocess
from glob import glob

NOBODY = 65534


class BuildError(Exception):
    """A build folder that cannot be used, in words for its owner."""


def _one(pattern: str, what: str) -> str:
    found = glob(pattern)
    if len(found) != 1:
        raise BuildError(f"{pattern}: {what}")
    return found[0]


class Wireshark:
    """`build` is a folder of CMake with the built plugin; `scratch` takes folders for the runs."""

    def __init__(self, build: str, scratch: str) -> None:
        self.plugin = os.path.abspath(
            _one(os.path.join(build, "plugins", "*", "epan", "qntc.so"), "build qntc first"))
        self.series = self.plugin.split(os.sep)[-3]
        self.scratch = scratch
        os.chmod(scratch, 0o755)  # nobody reads it
        with open(os.path.join(build, "CMakeCache.txt"), encoding="utf-8") as file:
            cache = dict(re.findall(r"^([\w-]+):\w+=(.*)$", file.read(), re.MULTILINE))
        self._find(cache)
        self.plugin_folders = {False: self._plugins("without", False),
                               True: self._plugins("with", True)}
        self.environment = self._environment()
        self.version = self._version()

    def _find(self, cache: dict[str, str]) -> None:
        sysroot = re.fullmatch(r"(.+)/usr/lib/[^/]+/(?:cmake/wireshark|wireshark/cmake)",
                               cache["Wireshark_DIR"])
        root = sysroot.group(1) if sysroot else ""
        self.loader: list[str] = []
        self.tshark = cache.get("QNTC_TSHARK") or "/usr/bin/tshark"
        if sysroot:
            libraries = os.path.dirname(_one(f"{root}/usr/lib/*/libwireshark.so", "no Wireshark"))
            self.loader = [_one(f"{libraries}/ld-linux*.so.*", "no loader"), "--library-path",
                           libraries]
            self.tshark = f"{root}/usr/bin/tshark"
        self.data = f"{root}/usr/share/wireshark" if sysroot else None
        self.stock = _one(f"{root}/usr/lib/*/wireshark/plugins/{self.series}",
                          "no plugins of Wireshark")

    def _plugins(self, name: str, qntc: bool) -> str:
        """A copy, as nobody may not read where the build is; without a qntc installed there."""
        folder = os.path.join(self.scratch, self.series, name)
        shutil.copytree(self.stock, os.path.join(folder, self.series),
                        ignore=shutil.ignore_patterns("qntc.so"))
        if qntc:
            shutil.copy(self.plugin, os.path.join(folder, self.series, "epan"))
        return folder

    def _environment(self) -> dict[str, str]:
        """The whole environment: nothing of the user's comes in."""
        home = os.path.join(self.scratch, self.series, "home")
        os.makedirs(home)
        if os.getuid() == 0:
            os.chown(home, NOBODY, NOBODY)
        environment = {"HOME": home, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        if self.data:
            environment["WIRESHARK_DATA_DIR"] = self.data
        return environment

    def _version(self) -> str:
        text = self.run(["--version"], qntc=False, stdout=subprocess.PIPE).stdout
        return re.search(rb"\d+\.\d+\.\d+", text).group().decode()

    def loads_qntc(self) -> bool:
        listed = self.run(["-G", "plugins"], qntc=True, stdout=subprocess.PIPE).stdout
        return b"qntc.so" in listed

    def run(self, options: list[str], qntc: bool, wrapper: list[str] | None = None,
            **more) -> subprocess.CompletedProcess:
        """Runs tshark and waits for it; raises CalledProcessError where it fails."""
        with self.start(options, qntc, wrapper, **more) as process:
            output, errors = process.communicate()
        if process.returncode != 0:
            raise subprocess.CalledProcessError(process.returncode, process.args, output, errors)
        return subprocess.CompletedProcess(process.args, 0, output, errors)

    def start(self, options: list[str], qntc: bool, wrapper: list[str] | None = None,
              **more) -> subprocess.Popen:
        nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
        more.setdefault("stdout", subprocess.DEVNULL)
        more.setdefault("stderr", subprocess.PIPE)
        return subprocess.Popen(
            [*(wrapper or []), *self.loader, self.tshark, *options],
            env={**self.environment, "WIRESHARK_PLUGIN_DIR": self.plugin_folders[qntc]},
            cwd="/", stdin=subprocess.DEVNULL, **nobody, **more)
