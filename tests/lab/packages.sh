#!/usr/bin/env bash
# Debian packages the tests need. Quick when all are there; a package that cannot be installed is an error, never a skip.
set -euo pipefail

packages=(debootstrap util-linux sox espeak-ng fonts-noto-cjk postgresql python3-venv chromium)

missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done

# A Chromium or Chrome that came from elsewhere serves as well (Ubuntu has it only as a snap).
if [[ " ${missing[*]} " == *" chromium "* ]]; then
    for browser in chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$browser" >/dev/null && "$browser" --version >/dev/null 2>&1; then
            kept=()
            for package in "${missing[@]}"; do [[ $package == chromium ]] || kept+=("$package"); done
            missing=(${kept[@]+"${kept[@]}"})
            break
        fi
    done
fi

echo "make test runs a real Asterisk in a chroot: that, and installing Debian packages, needs root or sudo."
if [[ $(id -u) -eq 0 ]]; then
    as_root=()
elif command -v sudo >/dev/null; then
    as_root=(sudo)
    sudo -v || { echo "sudo was refused: run make test as root, or as a user who may use sudo" >&2; exit 1; }
else
    echo "You are not root and there is no sudo: run make test as root, or install sudo." >&2
    exit 1
fi

if [[ ${#missing[@]} -eq 0 ]]; then
    echo "All packages are there."
    exit 0
fi

command -v apt-get >/dev/null || { echo "This machine has no apt-get; install by hand: ${missing[*]}" >&2; exit 1; }

echo "Installing: ${missing[*]}"
install_missing() {
    ${as_root[@]+"${as_root[@]}"} apt-get update -qq &&
        ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "${missing[@]}"
}
if ! install_missing; then
    echo "That failed; once more, in case the network only hiccupped." >&2
    if ! install_missing; then
        echo "Could not install: ${missing[*]}" >&2
        if [[ " ${missing[*]} " == *" chromium "* ]]; then
            echo "On Ubuntu chromium is a snap: install Google Chrome's .deb, or make \`chromium\` start some other way." >&2
        fi
        exit 1
    fi
fi
