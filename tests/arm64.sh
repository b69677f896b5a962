#!/bin/sh
# The kernels as Arm code on an x86 machine: self-contained linux-arm64 builds of their tests and of the tool, run by qemu.
# usage: tests/arm64.sh [FOLDER]   where builds and Arm's libraries are kept, artifacts/arm64 if not said; needs Debian's qemu-user
set -eu
cd "$(dirname "$0")/.."
mkdir -p "${1:-artifacts/arm64}"
folder=$(cd "${1:-artifacts/arm64}" && pwd)
command -v qemu-aarch64 >/dev/null || { echo "qemu-aarch64 is missing: apt-get install qemu-user" >&2; exit 2; }

# What the runtime loads, in a root of its own; apt's lists and state of this machine stay as they are.
if [ ! -e "$folder/root/lib/ld-linux-aarch64.so.1" ]; then
    mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial" "$folder/packages"
    apt() {
        apt-get -q -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::State::lists="$folder/apt/lists" \
            -o Dir::State::status=/dev/null -o Dir::Cache="$folder/apt" -o Debug::NoLocking=1 -o APT::Sandbox::User=root "$@"
    }
    apt update
    (cd "$folder/packages" && apt download libc6 libstdc++6 libgcc-s1 zlib1g libssl3)
    for package in "$folder"/packages/*.deb; do dpkg -x "$package" "$folder/root"; done
fi

build() {
    dotnet publish "$1" -c Release -r linux-arm64 --self-contained --nologo -v quiet -o "$folder/$(basename "$1")"
}

run() {
    program=$folder/$1/$1
    shift
    echo "== $(basename "$program") $*"
    # Code that is compiled at once, not first quickly and then again: under qemu the second time costs more than it saves.
    DOTNET_gcServer=0 DOTNET_TieredCompilation=0 qemu-aarch64 -L "$folder/root" "$program" "$@"
}

build tests/Qdiff.Tensors.Tests
build tests/Qdiff.Quantum.Tests
build src/Qdiff.Cli
run Qdiff.Tensors.Tests -noLogo -noColor -class- "ForcedInstructionSetTests"
run Qdiff.Quantum.Tests -noLogo -noColor
for circuit in hqconv fqconv; do run Qdiff.Cli circuit check "$circuit"; done
