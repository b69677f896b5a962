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

# One processor and no second compilation: qemu 7 loses its way where threads patch code while others run it, and compiling twice
# costs more than it saves.
run() {
    program=$folder/$1/$1
    shift
    echo "== $(basename "$program") $*"
    DOTNET_TieredCompilation=0 DOTNET_PROCESSOR_COUNT=1 DOTNET_EnableWriteXorExecute=0 DOTNET_gcConcurrent=0 \
        qemu-aarch64 -L "$folder/root" "$program" "$@"
}

build tests/Qdiff.Tensors.Tests
build tests/Qdiff.Quantum.Tests
build src/Qdiff.Cli
run Qdiff.Tensors.Tests -noLogo -noColor -parallel none -trait "Runs=on every instruction set"
run Qdiff.Quantum.Tests -noLogo -noColor -parallel none
if [ -n "${QDIFF_SHARED:-}" ]; then run Qdiff.Cli circuit check "$QDIFF_SHARED/vectors/circuits.json"; fi
