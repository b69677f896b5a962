"""The same training step in PyTorch, eager and compiled: the reference implementation of tests/oracles in single precision.

    python3 gpu_torch.py MODEL...        times of 128 random images: a step (forward, backward, Adam), and an eager forward pass

The exit code is 1 if the eager form of a model failed."""
import math
import os
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "oracles"))
import parity_reference as reference

torch.set_default_dtype(torch.float32)
torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
torch.backends.cudnn.benchmark = True
# QDIFF_DEVICE is gpu or gpu:1, as in gpu.sh.
device = torch.device(os.environ.get("QDIFF_DEVICE", "gpu").replace("gpu", "cuda") if torch.cuda.is_available() else "cpu")
if device.index is not None:
    torch.cuda.set_device(device)


def sinusoids(timesteps, features):
    powers = torch.arange(features // 2, device=device)
    angles = timesteps[:, None].float() * torch.exp(-math.log(10000) / (features // 2 - 1) * powers)
    return torch.cat([torch.sin(angles), torch.cos(angles)], 1)


reference.sinusoids = sinusoids


class Weights(reference.Weights):
    def __call__(self, name, *shape):
        if name not in self.used:
            values = torch.tensor(self.source(name, shape), dtype=torch.float32, device=device)
            self.used[name] = values.requires_grad_()
        return self.used[name]


def measure(name, compiled):
    network, shape = reference.model(name, "paper")
    weights = Weights(reference.weight)
    x, target = (torch.randn(128, *shape, device=device) for _ in range(2))
    timesteps = torch.randint(0, 1000, (128,), device=device)
    labels = torch.randint(0, 10, (128,), device=device)
    with torch.no_grad():
        network(weights, x, timesteps, labels)
    adam = torch.optim.Adam(weights.used.values(), lr=1e-3, betas=(0.9, 0.99), fused=device.type == "cuda")

    def loss():
        return ((network(weights, x, timesteps, labels) - target) ** 2).mean()

    forward = torch.compile(loss) if compiled else loss

    def step():
        adam.zero_grad()
        forward().backward()
        adam.step()

    @torch.no_grad()
    def prediction():
        network(weights, x, timesteps, labels)

    print(f"{name}: PyTorch {torch.__version__} {'compiled' if compiled else 'eager'}: step {milliseconds(step)}"
          + ("" if compiled else f"; forward {milliseconds(prediction)}"), flush=True)


def milliseconds(work):
    for _ in range(10):
        work()
    times = []
    for _ in range(50):
        torch.cuda.synchronize()
        start = time.perf_counter()
        work()
        torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    times.sort()
    return f"{times[25] * 1e3:.2f} ms (min {times[0] * 1e3:.2f})"


failed = False
for model in sys.argv[1:] or ["unet"]:
    for compiled in [False, True]:
        try:
            measure(model, compiled)
        except Exception as e:  # one that fails must not hide the others
            print(f"{model}: {'compiled' if compiled else 'eager'} failed: {type(e).__name__}: {str(e)[:300]}", flush=True)
            failed |= not compiled
sys.exit(failed)
