#!/usr/bin/env bash
# What a graphics processor does, within 8 minutes: every operation, whole steps and samples against the processors, times of training
# steps and of samples, time by kernel, and PyTorch's beside it where python3 has it. Needs an SDK, or programs that were built before and
# a runtime. QDIFF_DEVICE=emulator tries the parts that need no card. Each part has its time; one that fails leaves the others.
set -uo pipefail
cd "$(dirname "$0")/.."
device=${QDIFF_DEVICE:-$(compgen -G "/dev/nvidia[0-9]*" > /dev/null && echo gpu || echo emulator)}

# LIMIT PROGRAM PROJECT ARGUMENTS: what is built runs as it is.
run() {
  local limit=$1 built=artifacts/bin/$2/release/$2.dll project=$3
  shift 3
  if [ -f "$built" ]; then timeout "$limit" dotnet "$built" "$@"; else timeout "$limit" dotnet run -c Release --project "$project" -- "$@"; fi \
    || echo "(ended with $? after at most $limit s)"
}

echo "== correct, on $device"
tests=(-class SamplingTests -class TrainingTests)
[ "$device" = emulator ] || tests+=(-class DeviceCircuitTests -class OperationTests -explicit on -method- '*ThreadByThread')
QDIFF_TEST_DEVICE=$device run 100 Qdiff.Gpu.Tests tests/Qdiff.Gpu.Tests "${tests[@]}" | tail -5

echo "== 64 digits, ddim 50"
digits=$(mktemp -d)
count=64 steps=50
[ "$device" = emulator ] && count=1 steps=1
for on in cpu "$device"; do
  start=$(date +%s.%N)
  run 50 Qdiff.Cli src/Qdiff.Cli sample --pretrained mnist-unet -q -n $count --sampler ddim --steps $steps --device "$on" -o "$digits/$on.npz" > /dev/null
  [ -s "$digits/$on.npz" ] && awk -v s="$start" -v e="$(date +%s.%N)" -v on="$on" 'BEGIN { printf "%s: %.1f s, start of the program and compiling included\n", on, e - s }'
done
rm -rf "$digits"

echo "== a step of unet on paper: launches, bytes, arithmetic, and the least time of an H100, by kernel"
run 40 Qdiff.Benchmarks benchmarks/Qdiff.Benchmarks gpu-work unet

[ "$device" = emulator ] && { echo "no graphics processor: no other times"; exit 0; }
echo "== times of steps"
run 100 Qdiff.Benchmarks benchmarks/Qdiff.Benchmarks gpu unet qvunet-1hq qcunet attention-light
echo "== times by kernel"
run 40 Qdiff.Benchmarks benchmarks/Qdiff.Benchmarks gpu-kernels unet
if python3 -c "import torch" 2> /dev/null; then timeout 80 python3 benchmarks/gpu_torch.py unet || echo "(PyTorch ended with $?)"
else echo "no PyTorch: no times of it"; fi
