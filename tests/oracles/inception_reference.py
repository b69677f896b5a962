"""Makes what the tests of the FID network and of PyTorch files compare with, by PyTorch and torchvision.

    python3 inception_reference.py fixtures FOLDER   the small files that the tests read (tests/Qdiff.Tests/Metrics/Features/Fixtures)
    python3 inception_reference.py whole FOLDER      the whole network as .pth (legacy, zip) and expected.json, about 190 MB
    python3 inception_reference.py time [IMAGES]     images a second to Mixed_6e on all processors

The weights are a formula of name and index, so that the tests need no file of them: see `numbers`.
"""
import json
import os
import sys
import time
import warnings

import numpy as np
import torch
import torch.nn.functional as F
import torchvision

warnings.filterwarnings("ignore")


def numbers(name, count):
    """Evenly spread in -1 ... 1: SplitMix64 of FNV-1a of the name, plus the index."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x100000001B3) & (2**64 - 1)
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(40)).astype(np.float64) / 2**23 - 1).astype(np.float32)


def fill(state):
    for name, tensor in state.items():
        if name.endswith("num_batches_tracked"):
            continue
        u = torch.from_numpy(numbers(name, tensor.numel())).reshape(tensor.shape)
        if name.endswith("running_var"):
            u = 1 + 0.5 * u
        elif name.endswith("bn.weight"):
            u = 1 + 0.25 * u
        elif tensor.dim() > 1:
            u = u * np.float32(np.sqrt(6 / (tensor.numel() / tensor.shape[0])))
        else:
            u = 0.1 * u
        tensor.copy_(u)


def patched(block, inception_e_max=False):
    """The block with the pooling of the FID graph: everything else is torchvision's own forward."""
    original = block._forward

    def forward(x):
        parts = original(x)
        pool = F.max_pool2d(x, 3, 1, 1) if inception_e_max else F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)
        parts[-1] = block.branch_pool(pool)
        return parts

    block._forward = forward


def network():
    model = torchvision.models.inception_v3(
        weights=None, aux_logits=False, num_classes=1008, transform_input=False, init_weights=False).eval()
    for name in ["Mixed_5b", "Mixed_5c", "Mixed_5d", "Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e", "Mixed_7b"]:
        patched(getattr(model, name))
    patched(model.Mixed_7c, inception_e_max=True)
    return model


STAGES = ["Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "maxpool1", "Conv2d_3b_1x1", "Conv2d_4a_3x3", "maxpool2",
          "Mixed_5b", "Mixed_5c", "Mixed_5d", "Mixed_6a", "Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e",
          "Mixed_7a", "Mixed_7b", "Mixed_7c"]
READ = {"maxpool1": "inception-64", "maxpool2": "inception-192", "Mixed_6e": "inception-768", "Mixed_7c": "inception-2048"}


def features(model, x, last="Mixed_7c"):
    found = {}
    for name in STAGES[:STAGES.index(last) + 1]:
        x = getattr(model, name)(x)
        if name in READ:
            found[READ[name]] = x.mean((2, 3))
    if last == "Mixed_7c":
        found["inception-logits"] = F.linear(found["inception-2048"], model.fc.weight)
    return found


def strided(tensor):
    """The same numbers, kept in the order height, width, in, out, as the published file keeps its kernels."""
    return tensor.permute(2, 3, 1, 0).contiguous().permute(3, 2, 0, 1) if tensor.dim() == 4 else tensor


def tf1_bilinear(image, size=299):
    def positions(n):
        at = np.arange(size) * n / size
        low = np.arange(size) * n // size
        return low, np.minimum(low + 1, n - 1), at - low
    top, bottom, down = positions(image.shape[1])
    left, right, across = positions(image.shape[2])
    rows = image[:, top] * (1 - down)[None, :, None] + image[:, bottom] * down[None, :, None]
    return rows[:, :, left] * (1 - across) + rows[:, :, right] * across


def rounded(values):
    return [float(f"{v:.7g}") for v in values.double().flatten()]


def fixtures(folder):
    os.makedirs(folder, exist_ok=True)
    with torch.no_grad():
        model = network()
        fill(model.state_dict())
        model = model.double()
        image = numbers("image", 3 * 75 * 75)
        found = features(model, torch.from_numpy(image.astype(np.float64)).reshape(1, 3, 75, 75))
        with open(os.path.join(folder, "inception-75.json"), "w") as out:
            json.dump({name: rounded(values) for name, values in found.items()}, out)

    base = torch.arange(24, dtype=torch.float32)
    state = {
        "contiguous": torch.arange(6, dtype=torch.float32).reshape(2, 3) / 4,
        "strided.weight": strided(torch.from_numpy(numbers("strided.weight", 36)).reshape(4, 3, 3, 1)),
        "view": base[4:22].reshape(3, 6)[:, 1::2],
        "transposed": base.reshape(4, 6).t(),
        "double": torch.tensor([1.5, -2.25], dtype=torch.float64),
        "half": torch.tensor([0.5, -3.0], dtype=torch.float16),
        "bfloat": torch.tensor([0.5, -3.0], dtype=torch.bfloat16),
        "tracked": torch.tensor(7, dtype=torch.int64),
        "parameter": torch.nn.Parameter(torch.tensor([3.0, 1.0])),
        "empty": torch.zeros(0, 3),
    }
    ordered = type(model.state_dict())(state)
    torch.save(ordered, os.path.join(folder, "legacy.pth"), _use_new_zipfile_serialization=False)
    torch.save(ordered, os.path.join(folder, "zip.pth"))
    torch.save(torch.nn.Linear(2, 1), os.path.join(folder, "module.pth"), _use_new_zipfile_serialization=False)
    # What a reader of pickles must not do, in the shape of a file of tensors.
    torch.save({"x": Refused()}, os.path.join(folder, "calls.pth"), _use_new_zipfile_serialization=False)


class Refused:
    def __reduce__(self):
        return (os.path.join, ("a", "b"))


def whole(folder):
    os.makedirs(folder, exist_ok=True)
    with torch.no_grad():
        model = network()
        fill(model.state_dict())
        state = type(model.state_dict())((name, strided(tensor)) for name, tensor in model.state_dict().items())
        torch.save(state, os.path.join(folder, "legacy.pth"), _use_new_zipfile_serialization=False)
        torch.save(state, os.path.join(folder, "zip.pth"))
        images = [((numbers(f"image {i}", 3 * 32 * 32) + 1) * 127.5).astype(np.uint8).reshape(3, 32, 32) for i in range(3)]
        x = torch.from_numpy(np.stack([(tf1_bilinear(image.astype(np.float64)) - 128) / 128 for image in images]))
        found = features(model.double(), x)
        with open(os.path.join(folder, "expected.json"), "w") as out:
            json.dump({name: rounded(values) for name, values in found.items()}, out)


def timing(images):
    torch.set_num_threads(os.cpu_count())
    with torch.no_grad():
        # Unpatched: the patch computes one branch of each block twice, which would be unfair.
        model = torchvision.models.inception_v3(
            weights=None, aux_logits=False, num_classes=1008, transform_input=False, init_weights=False).eval()
        x = torch.randn(images, 3, 299, 299)
        features(model, x[:4], "Mixed_6e")
        times = []
        for _ in range(3):
            start = time.perf_counter()
            features(model, x, "Mixed_6e")
            times.append(time.perf_counter() - start)
    print(f"PyTorch {torch.__version__} to Mixed_6e: {images / sorted(times)[1]:.1f} images/s median, {images / min(times):.1f} best")


if __name__ == "__main__":
    what, *rest = sys.argv[1:] or [""]
    if what == "fixtures" and rest:
        fixtures(rest[0])
    elif what == "whole" and rest:
        whole(rest[0])
    elif what == "time":
        timing(int(rest[0]) if rest else 32)
    else:
        sys.exit(__doc__)
