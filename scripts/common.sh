# SPDX-License-Identifier: GPL-2.0-or-later
#
# What scripts/diagnose, scripts/test and packaging/ share: installing what is missing, and quiet
# steps. They source it with `me` set to their name.
project=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build_packages="cmake make gcc libc6-dev pkgconf libglib2.0-dev libgcrypt20-dev wireshark-dev
    tshark"
# The Debian suites that qntc is built for beside this system's.
other_suites="trixie sid"

say() {
    echo "$me: $*" >&2
}

die() {
    say "$*"
    exit 1
}

usage_error() {
    say "$*"
    exit 2
}

# The folder of a suite's sysroot, kept from run to run. Root's own cache is closed to the user that
# run-tshark runs tshark as.
sysroot_of() {
    home_cache=${HOME-}/.cache
    [ "$(id -u)" -ne 0 ] || home_cache=/var/cache
    echo "${XDG_CACHE_HOME:-$home_cache}/qntc/sysroot/$1"
}

# quietly STEP COMMAND...: shows the command's output only if it fails, below the name of the step.
quietly() {
    step=$1
    shift
    log=$(mktemp)
    if "$@" >"$log" 2>&1 </dev/null; then
        rm -f "$log"
        return 0
    fi
    say "$step failed:"
    cat "$log" >&2
    rm -f "$log"
    return 1
}

# Those of the named Debian packages that are not installed.
missing_packages() {
    for package in "$@"; do
        state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=
        case $state in
            installed*) ;;
            *) printf ' %s' "$package" ;;
        esac
    done
}

# Installs the named Debian packages that are missing, as root or by sudo. On a system without dpkg
# it leaves that to its owner: cmake tells what it does not find.
install_packages() {
    command -v dpkg-query >/dev/null || return 0
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0

    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        as_root=sudo
        [ -t 0 ] || as_root="sudo -n"
        $as_root true 2>/dev/null ||
            die "packages are missing; as root: apt-get install --no-install-recommends$missing"
    fi
    say "installing$missing"
    apt_get="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y"
    install="$apt_get install --no-install-recommends $missing"
    # The package lists may be missing or old; they are fetched only then.
    $install >/dev/null 2>&1 </dev/null && return
    quietly "updating the package lists" $apt_get update || exit 1
    quietly "installing" $install || exit 1
}
