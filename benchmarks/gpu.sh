#!/usr/bin/env bash
# What a graphics processor does, within 8 minutes: every operation and whole steps against the processors, times of training steps,
# time by kernel, and PyTorch's beside it where python3 has it. Needs an SDK, or programs that were built before and a runtime.
set -uo pipefail
cd "$(dirname "$0")/.."
run() { if [ -d artifacts/bin/"$1"/release ]; then dotnet artifacts/bin/"$1"/release/"$1".dll "${@:3}"; else dotnet run -c Release --project "$2" -- "${@:3}"; fi; }

echo "== correct"
QDIFF_TEST_DEVICE=$([ -e /dev/nvidia0 ] && echo gpu || echo emulator) timeout 120 \
  bash -c "$(declare -f run); run Qdiff.Gpu.Tests tests/Qdiff.Gpu.Tests -class OperationTests -class TrainingTests -explicit on -method- '*ThreadByThread'" | tail -5
[ -e /dev/nvidia0 ] || { echo "no graphics processor: no times"; exit 0; }
echo "== times"
timeout 120 bash -c "$(declare -f run); run Qdiff.Benchmarks benchmarks/Qdiff.Benchmarks gpu unet qvunet-1hq qcunet attention-light"
timeout 60 bash -c "$(declare -f run); run Qdiff.Benchmarks benchmarks/Qdiff.Benchmarks gpu-kernels unet"
python3 -c "import torch" 2>/dev/null && timeout 150 python3 benchmarks/gpu_torch.py unet
