# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the tests of the packages share: the claims, counted, and a folder to work in.
# shellcheck shell=bash
project=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
manual=$project/docs/install.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# claim WORDS COMMAND...: the command holds. The test goes on if it does not.
claim() {
    local words=$1
    shift
    if "$@" >"$work/claim" 2>&1; then
        echo "ok      $words"
    else
        failures=$((failures + 1))
        echo "FAILED  $words"
        sed 's/^/        /' "$work/claim"
    fi
}

fails() {
    ! "$@"
}

# says TEXT COMMAND...: the command prints the text, whether it succeeds or not.
says() {
    local text=$1 output
    shift
    output=$("$@" 2>&1) || true
    echo "$output"
    grep -qF -- "$text" <<<"$output"
}

# The manual tells users to type this.
documented() {
    grep -qF -e "    $1" -e "\`$1\`" "$manual"
}

finish() {
    [ "$failures" -eq 0 ]
}
