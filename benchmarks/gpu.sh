#!/usr/bin/env bash
# What a graphics processor does, within 8 minutes: every operation, circuits, whole steps and samples against the processors, times of
# training steps and of samples, time by kernel, and PyTorch's beside it where python3 has it. Needs an SDK, or programs that were built
# before and a runtime. QDIFF_DEVICE is gpu, gpu:1 or emulator, which tries the parts that need no card. Each part has its time; one that
# fails leaves the others, and is remembered in the exit code.
set -uo pipefail
cd "$(dirname "$0")/.."
command -v dotnet > /dev/null || { echo "no dotnet: .NET's SDK is needed, or its runtime where programs were built before" >&2; exit 1; }
export QDIFF_DEVICE=${QDIFF_DEVICE:-$(compgen -G "/dev/nvidia[0-9]*" > /dev/null && echo gpu || echo emulator)}
failed=0

# LIMIT PROGRAM PROJECT ARGUMENTS: what is built runs as it is. What hangs in a driver may need the second signal.
run() {
  local limit=$1 built=artifacts/bin/$2/release/$2.dll project=$3
  shift 3
  if [ -f "$built" ]; then set -- dotnet "$built" "$@"; else set -- dotnet run -c Release --project "$project" -- "$@"; fi
  timeout -k 5 "$limit" "$@" && return
  local code=$?
  echo "(ended with $code after at most $limit s)" >&2
  return $code
}

# LIMIT ARGUMENTS
tests() {
  local limit=$1
  shift
  QDIFF_TEST_DEVICE=$QDIFF_DEVICE run "$limit" Qdiff.Gpu.Tests tests/Qdiff.Gpu.Tests "$@" | tail -40
}

benchmark() {
  run "$1" Qdiff.Benchmarks benchmarks/Qdiff.Benchmarks "${@:2}"
}

echo "== correct, on $QDIFF_DEVICE"
if [ "$QDIFF_DEVICE" = emulator ]; then
  tests 80 -class SamplingTests -class TrainingTests || failed=1
else
  tests 80 -class SamplingTests -class TrainingTests -class OperationTests -explicit on -method- '*ThreadByThread' || failed=1
  tests 60 -class '*DeviceCircuitTests' -explicit on || failed=1
fi

echo "== 64 digits, ddim 50"
digits=$(mktemp -d)
count=64 steps=50
[ "$QDIFF_DEVICE" = emulator ] && count=1 steps=1
for on in cpu "$QDIFF_DEVICE"; do
  start=$(date +%s.%N)
  run 40 Qdiff.Cli src/Qdiff.Cli sample --pretrained mnist-unet -q -n $count --sampler ddim --steps $steps --device "$on" \
    -o "$digits/$on.npz" > /dev/null || failed=1
  [ -s "$digits/$on.npz" ] && awk -v s="$start" -v e="$(date +%s.%N)" -v on="$on" 'BEGIN { printf "%s: %.1f s, start of the program and compiling included\n", on, e - s }'
done
rm -rf "$digits"

echo "== a step of unet on paper: launches, bytes, arithmetic, and the least time of an H100, by kernel"
benchmark 30 gpu-work unet || failed=1

[ "$QDIFF_DEVICE" = emulator ] && { echo "no graphics processor: no other times"; exit $failed; }
echo "== times of steps, and of HQConv a sample"
benchmark 100 gpu hqconv unet qvunet-1hq qcunet attention-light || failed=1
echo "== times by kernel"
benchmark 40 gpu-kernels unet || failed=1
if timeout -k 5 20 python3 -c "import torch" 2> /dev/null; then
  timeout -k 5 50 python3 benchmarks/gpu_torch.py unet || { echo "(PyTorch ended with $?)"; failed=1; }
else echo "no PyTorch: no times of it"; fi
exit $failed
