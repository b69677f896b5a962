"""Parity files of every published network in every wiring, by PyTorch: its own implementation of them, in float64, with circuits
simulated as plain state vectors and differentiated by autograd.

    python3 parity_reference.py fixtures FOLDER      the files that the tests read (tests/Qdiff.Tests/Networks/Parity)
    python3 parity_reference.py check FILE...        compares this implementation with recorded values
    python3 parity_reference.py whole FOLDER NAME... files of the long form, with weights and all gradients stored, about 5 MB each

docs/parity.md describes both forms. It was run with Debian's PyTorch 1.13.
"""
import json
import math
import os
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch.utils.checkpoint import checkpoint

torch.set_default_dtype(torch.float64)

# Gradients of up to this many numbers are recorded as they are, larger ones as projections.
WHOLE = 96
PROJECTIONS = 4


# ---------------------------------------------------------------------------------------------------------------- numbers


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
    return (z >> np.uint64(40)).astype(np.float64) / 2**23 - 1


def weight(name, shape):
    """A weight by the recipe of docs/parity.md, rounded to float32."""
    u = numbers("weight/" + name, math.prod(shape))
    if name.endswith(".angles"):
        values = u
    elif len(shape) > 1:
        values = u * math.sqrt(3 / math.prod(shape[1:]))
    else:
        values = (1.0 if name.endswith(".weight") else 0.0) + 0.25 * u
    return values.astype(np.float32).reshape(shape)


def spread(name, shape):
    """An image or a cotangent: even, with variance 1."""
    return (numbers(name, math.prod(shape)) * math.sqrt(3)).astype(np.float32).reshape(shape)


def summary(name, gradient):
    """What is recorded of a large gradient: its length, then its products with vectors of even numbers of variance 1."""
    g = gradient.reshape(-1)
    vectors = [numbers(f"projection/{k}/{name}", g.size) * math.sqrt(3) for k in range(PROJECTIONS)]
    return np.array([math.sqrt((g * g).sum())] + [(g * v).sum() for v in vectors], dtype=np.float32)


# ------------------------------------------------------------------------------------------------------------------ files


def write(path, tensors, metadata):
    header, offset, blobs = {"__metadata__": metadata}, 0, []
    for name, values in tensors.items():
        kind = {"float32": "F32", "int64": "I64"}[values.dtype.name]
        blob = np.ascontiguousarray(values).tobytes()
        header[name] = {"dtype": kind, "shape": list(values.shape), "data_offsets": [offset, offset + len(blob)]}
        offset += len(blob)
        blobs.append(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def read(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    kinds = {"F32": np.float32, "F16": np.float16, "I64": np.int64}
    return {name: np.frombuffer(data[slice(*t["data_offsets"])], kinds[t["dtype"]]).reshape(t["shape"])
            for name, t in header.items()}, metadata


# --------------------------------------------------------------------------------------------------------------- circuits
# A state is a complex array batch x 2^n; wire 0 is the most significant bit. A matrix may differ from sample to sample.


def matrix(rows):
    return torch.stack([torch.stack([torch.as_tensor(v).to(torch.complex128) for v in row], -1) for row in rows], -2)


def rx(angle):
    c, s = torch.cos(angle / 2), torch.sin(angle / 2)
    return matrix([[c, -1j * s], [-1j * s, c]])


def ry(angle):
    c, s = torch.cos(angle / 2), torch.sin(angle / 2)
    return matrix([[c, -s], [s, c]])


def rz(angle):
    zero = torch.zeros_like(angle)
    return matrix([[torch.exp(-0.5j * angle), zero], [zero, torch.exp(0.5j * angle)]])


PAULI_X = torch.tensor([[0, 1], [1, 0]], dtype=torch.complex128)


def apply(state, gate, target, control=None):
    batch, size = state.shape
    n = size.bit_length() - 1
    wires = list(range(n))
    order = ([] if control is None else [control]) + [target]
    rest = [w for w in wires if w not in order]
    view = state.reshape([batch] + [2] * n).permute([0] + [1 + w for w in order + rest])
    shape = view.shape
    one = "ij" if gate.dim() == 2 else "bij"
    if control is None:
        new = torch.einsum(one + ",bjr->bir", gate, view.reshape(batch, 2, -1))
    else:
        view = view.reshape(batch, 2, 2, -1)
        new = torch.stack([view[:, 0], torch.einsum(one + ",bjr->bir", gate, view[:, 1])], 1)
    back = [0] + [1 + (order + rest).index(w) for w in wires]
    return new.reshape(shape).permute(back).reshape(batch, size)


def expectations(state):
    batch, size = state.shape
    n = size.bit_length() - 1
    probability = (state.real**2 + state.imag**2).reshape([batch] + [2] * n)
    result = []
    for wire in range(n):
        marginal = probability.sum([1 + w for w in range(n) if w != wire])
        result.append(marginal[:, 0] - marginal[:, 1])
    return torch.stack(result, 1)


def zeros(batch, n):
    state = torch.zeros(batch, 2**n, dtype=torch.complex128)
    state[:, 0] = 1
    return state


def encode(features, rotation):
    state = zeros(*features.shape)
    for wire in range(features.shape[1]):
        state = apply(state, rotation(features[:, wire]), wire)
    return state


def hqconv(wiring, layers):
    """The gates of all layers as (rotation, control, target, number of the angle); a layer has 28 angles."""
    if wiring == "paper":
        pairs = [(4 * c + p, 4 * c + (p + 1) % 4) for c in range(3) for p in range(4)] + [(0, 4), (4, 8)]
    else:
        # Released: block A never runs, block B reads the first four angles.
        block_a = [(r + (p + 1) % 4, r + p) for r in [8, 4, 0] for p in [3, 2, 1, 0]]
        pairs = (block_a if wiring == "repaired" else []) + [(4, 8), (0, 4)]
    gates = [gate for c, t in pairs for gate in [(rz, c, t), (rx, c, t)]]
    return [(rotation, c, t, 28 * layer + k) for layer in range(layers) for k, (rotation, c, t) in enumerate(gates)]


def fqconv(wiring, layers):
    gates = []
    for g in range(3):
        if wiring == "paper":
            pairs = [(4 * g + p, (4 * g + p + 4) % 12) for p in range(4)]
        else:
            c, t = [(3, 11), (11, 7), (7, 3)][g]
            pairs = [(c - p, t - p) for p in range(4)]
        gates += [(rz, c, t) for c, t in pairs] + [(rx, c, t) for c, t in pairs]
    return [(rotation, c, t, 24 * layer + k) for layer in range(layers) for k, (rotation, c, t) in enumerate(gates)]


def convolution_circuit(gates):
    def run(features, angles):
        state = encode(features, rx)
        for rotation, control, target, k in gates:
            state = apply(state, rotation(2 * math.pi * angles[k]), target, control)
        return expectations(state)

    # The states of all gates would need gigabytes for a whole image: they are computed again on the way back.
    return lambda features, angles: checkpoint(run, features, angles)


def basic_circuit(features, angles):
    state = encode(features, rx)
    for layer in range(4):
        for wire in range(4):
            state = apply(state, rx(angles[4 * layer + wire]), wire)
        for wire in range(4):
            state = apply(state, PAULI_X, (wire + 1) % 4, wire)
    return expectations(state)


def attention_circuit(released):
    def run(features, angles):
        n, k = features.shape[1], 0
        state = encode(features, ry)
        for _ in range(3):
            for rotation in [rz] if released else [ry, rz]:
                for wire in range(n):
                    state = apply(state, rotation(angles[k]), wire)
                    k += 1
            for wire in range(n - 1):
                state = apply(state, PAULI_X, wire + 1, wire)
        assert k == angles.numel()
        return expectations(state)

    return lambda features, angles: checkpoint(run, features, angles)


# -------------------------------------------------------------------------------------------------- systems A and C: layers


class Weights:
    """Weights by name: declared on first use, so that a network's forward pass is also its list of parameters."""

    def __init__(self, source):
        self.source, self.used = source, {}

    def __call__(self, name, *shape):
        if name not in self.used:
            self.used[name] = torch.tensor(np.asarray(self.source(name, shape), dtype=np.float64), requires_grad=True)
            assert self.used[name].shape == shape, (name, self.used[name].shape, shape)
        return self.used[name]

    def convolution(self, name, x, outputs, size, stride=1, padding=0, standardised=False):
        kernel = self(name + ".weight", outputs, x.shape[1], size, size)
        if standardised:
            mean = kernel.mean([1, 2, 3], keepdim=True)
            variance = ((kernel - mean) ** 2).mean([1, 2, 3], keepdim=True)
            kernel = (kernel - mean) / torch.sqrt(variance + 1e-5)
        return F.conv2d(x, kernel, self(name + ".bias", outputs), stride, padding)

    def dense(self, name, x, outputs):
        return F.linear(x, self(name + ".weight", outputs, x.shape[1]), self(name + ".bias", outputs))

    def group_norm(self, name, x):
        channels = x.shape[1]
        return F.group_norm(x, 10, self(name + ".weight", channels), self(name + ".bias", channels), 1e-6)

    def channel_norm(self, name, x):
        mean = x.mean(1, keepdim=True)
        variance = ((x - mean) ** 2).mean(1, keepdim=True)
        return (x - mean) / torch.sqrt(variance + 1e-5) * self(name + ".weight", x.shape[1]).reshape(1, -1, 1, 1)


def sinusoids(timesteps, features):
    frequencies = torch.exp(-math.log(10000) / (features // 2 - 1) * torch.arange(features // 2))
    angles = timesteps[:, None].to(torch.float64) * frequencies
    return torch.cat([torch.sin(angles), torch.cos(angles)], 1)


def attention(w, name, x, linear):
    batch, channels, height, width = x.shape
    qkv = F.conv2d(w.channel_norm(name + ".norm", x), w(name + ".qkv.weight", 384, channels, 1, 1))
    q, k, v = [part.reshape(batch, 4, 32, height * width) for part in qkv.chunk(3, 1)]
    if linear:
        q, k, v = q.softmax(2) / math.sqrt(32), k.softmax(3), v / (height * width)
        out = torch.einsum("bhde,bhdn->bhen", torch.einsum("bhdn,bhen->bhde", k, v), q)
    else:
        q, k = [a / torch.clamp(a.norm(dim=3, keepdim=True), min=1e-12) for a in (q, k)]
        share = (10 * torch.einsum("bhdi,bhdj->bhij", q, k)).softmax(3)
        out = torch.einsum("bhij,bhdj->bhdi", share, v)
    out = w.convolution(name + ".out", out.reshape(batch, 128, height, width), channels, 1)
    return x + (w.channel_norm(name + ".outnorm", out) if linear else out)


def film(h, modulation):
    scale, shift = modulation[:, :, None, None].chunk(2, 1)
    return h * (1 + scale) + shift


def residual(w, name, x, embedding, outputs):
    h = w.convolution(name + ".conv0", x, outputs, 3, padding=1, standardised=True)
    h = F.silu(film(w.group_norm(name + ".norm0", h), w.dense(name + ".time", embedding, 2 * outputs)))
    h = w.convolution(name + ".conv1", h, outputs, 3, padding=1, standardised=True)
    h = F.silu(w.group_norm(name + ".norm1", h))
    return h + (x if x.shape[1] == outputs else w.convolution(name + ".skip", x, outputs, 1))


def patchwise(circuit, angles, x, wiring):
    """Every 2x2 patch of all channels of x through the circuit; what comes out takes its place."""
    batch, channels, height, width = x.shape
    # batch, rows, columns, channel, pixel
    patches = x.reshape(batch, channels, height // 2, 2, width // 2, 2).permute(0, 2, 4, 1, 3, 5)
    patches = patches.reshape(-1, channels, 4)
    # Paper: wire = 4 * channel + pixel; the code: wire = channels * pixel + channel.
    wires = (patches if wiring == "paper" else patches.transpose(1, 2)).reshape(-1, 4 * channels)
    out = circuit(wires, angles)
    out = out.reshape(-1, channels, 4) if wiring == "paper" else out.reshape(-1, 4, channels).transpose(1, 2)
    out = out.reshape(batch, height // 2, width // 2, channels, 2, 2).permute(0, 3, 1, 4, 2, 5)
    return out.reshape(batch, channels, height, width)


def hybrid(w, name, x, embedding, block):
    """A residual block of which circuits take the first 3 * groups channels (and one more, with a remainder)."""
    channels, groups, wiring = x.shape[1], block["groups"], block["wiring"]
    layers = block.get("layers", 3)
    gates = (hqconv if block["ansatz"] == "hq" else fqconv)(wiring, layers)
    circuit, each = convolution_circuit(gates), (28 if block["ansatz"] == "hq" else 24) * layers
    remainder = 1 if block.get("remainder") else 0
    taken = 3 * groups + remainder

    def angles(k, count=each):
        return w(f"{name}.circuit.{k}.angles", count)

    def circuits(h, stage):
        first = 0 if block.get("shared") else stage * groups
        parts = [patchwise(circuit, angles(first + g), h[:, 3 * g:3 * g + 3], wiring) for g in range(groups)]
        if remainder:
            # Released: the first stage's circuit serves both.
            own = angles(2 * groups + (0 if wiring == "released" else stage), 16)
            parts.append(patchwise(basic_circuit, own, h[:, 3 * groups:3 * groups + 1], wiring))
        return parts

    def classical(h, stage):
        if taken == channels:
            return []
        seen = h if block.get("all") else h[:, taken:]
        return [w.convolution(f"{name}.conv{stage}", seen, channels - taken, 3, padding=1, standardised=True)]

    first = circuits(x, 0)
    h = w.group_norm(name + ".norm0", torch.cat(first + classical(x, 0), 1))
    h = F.silu(film(h, w.dense(name + ".time", embedding, 2 * channels)))
    second = {"hidden": lambda: circuits(h, 1), "input": lambda: circuits(x, 1), "reused": lambda: first}[block["second"]]()
    if block["second"] == "reused":
        for g in range(groups):
            angles(groups + g)
    if remainder:
        angles(2 * groups + 1, 16)
    h = F.silu(w.group_norm(name + ".norm1", torch.cat(second + classical(h, 1), 1)))
    return h + x


def unet(w, x, timesteps, labels, multipliers, vertex=None, quanvolution=None, level=1, classes=0, timeless=False):
    channels, size = x.shape[1], x.shape[2]
    conditions = [] if timeless else [sinusoids(timesteps, 10)]
    if classes:
        conditions.append(w("time.label.weight", classes, 10)[labels])
    time = w.dense("time.dense0", torch.cat(conditions, 1), 40)
    time = F.silu(w.dense("time.dense1", F.gelu(time, approximate="tanh"), 40))

    def block(name, h, outputs, circuits):
        return residual(w, name, h, time, outputs) if circuits is None else hybrid(w, name, h, time, circuits)

    h = w.convolution("init", x, 10, 7, padding=3)
    skips, sizes = [h], []
    for i, m in enumerate(multipliers):
        circuits = quanvolution if i == level else None
        h = block(f"down.{i}.res0", h, h.shape[1], circuits)
        skips.append(h)
        h = attention(w, f"down.{i}.attn", block(f"down.{i}.res1", h, h.shape[1], circuits), linear=True)
        skips.append(h)
        sizes.append(h.shape[2])
        if i == len(multipliers) - 1:
            h = w.convolution("down.out", h, 10 * m, 3, padding=1)
        else:
            kernel = 4 if h.shape[2] % 2 == 0 else 7
            h = w.convolution(f"down.{i}.downsample", h, 10 * m, kernel, stride=2, padding=1)

    h = block("mid.res0", h, h.shape[1], vertex)
    h = attention(w, "mid.attn", h, linear=False)
    h = block("mid.res1", h, h.shape[1], vertex)

    for i in reversed(range(len(multipliers))):
        for name in [f"up.{i}.res0", f"up.{i}.res1"]:
            h = residual(w, name, torch.cat([h, skips.pop()], 1), time, 10 * multipliers[i])
        h = attention(w, f"up.{i}.attn", h, linear=True)
        if i > 0:
            # Pixel centres: 2 pixels become 7 as 0 0 0 1 1 1 1, where mode "nearest" would give 0 0 0 0 1 1 1.
            h = F.interpolate(h, size=sizes[i - 1], mode="nearest-exact")
            h = w.convolution(f"up.{i}.upsample", h, 10 * multipliers[i - 1], 3, padding=1)
    h = torch.cat([w.convolution("up.out", h, 10, 3, padding=1), skips.pop()], 1)
    return w.convolution("final.conv", residual(w, "final.res", h, time, 10), channels, 1)


# ------------------------------------------------------------------------------------------------------------ system B


def gate(w, h, kind, projected):
    if kind is None:
        return h
    pooled = h.mean([2, 3])
    if projected:
        features = w.dense("gate.project", pooled, 16)
        features = features.detach() if kind == "released" else features
    else:
        pooled = pooled.detach() if kind == "released" else pooled
        features = math.pi * torch.sigmoid(pooled.reshape(-1, 16, 8).mean(2))
    if kind == "matched":
        for layer in range(3):
            features = F.silu(features * w(f"gate.layer{layer}.weight", 16) + w(f"gate.layer{layer}.bias", 16))
    else:
        features = attention_circuit(kind == "released")(features, w("gate.angles", 48 if kind == "released" else 96))
    return h * w.dense("gate.out", features, 128)[:, :, None, None]


def transposed(w, name, x, outputs):
    return F.conv_transpose2d(x, w(name + ".weight", x.shape[1], outputs, 2, 2), w(name + ".bias", outputs), stride=2)


def attention_light(w, x, timesteps, labels, kind):
    e1 = F.relu(w.convolution("enc1", x, 32, 3, padding=1))
    h = F.relu(w.convolution("enc2", e1, 64, 3, 2, 1))
    h = F.relu(w.convolution("enc3", h, 128, 3, 2, 1)) + w.dense("time", sinusoids(timesteps, 128), 128)[:, :, None, None]
    inner = F.relu(w.convolution("res.conv0", h, 128, 3, padding=1))
    h = F.relu(h + w.convolution("res.conv1", inner, 128, 3, padding=1))
    h = gate(w, h, kind, projected=True)
    h = F.relu(transposed(w, "dec2", F.relu(transposed(w, "dec1", h, 64)), 32))
    return w.convolution("out", torch.cat([h, e1], 1), x.shape[1], 3, padding=1)


def attention_full(w, x, timesteps, labels, kind):
    t = sinusoids(timesteps, 128)

    def block(name, h, outputs):
        inner = F.relu(w.convolution(name + ".conv0", h, outputs, 3, padding=1))
        inner = inner + F.relu(w.dense(name + ".time", t, outputs))[:, :, None, None]
        inner = F.relu(w.convolution(name + ".conv1", inner, outputs, 3, padding=1))
        return inner + (h if h.shape[1] == outputs else w.convolution(name + ".skip", h, outputs, 1))

    h1 = block("enc1", w.convolution("init", x, 32, 3, padding=1), 32)
    h2 = block("enc2", w.convolution("down1", h1, 64, 3, 2, 1), 64)
    h = block("mid", block("enc3", w.convolution("down2", h2, 128, 3, 2, 1), 128), 128)
    h = gate(w, h, kind, projected=False)
    h = block("dec1", torch.cat([transposed(w, "up1", h, 64), h2], 1), 64)
    h = block("dec2", torch.cat([transposed(w, "up2", h, 32), h1], 1), 32)
    return w.convolution("out", h, x.shape[1], 1)


# ----------------------------------------------------------------------------------------------------------------- models


def model(name, wiring):
    """The network as a function of weights, images, timesteps and labels, and the shape of its images."""
    released = wiring == "released"

    def groups(ansatz, count):
        return {"ansatz": ansatz, "groups": count, "wiring": wiring, "second": "reused" if released else "hidden"}

    def every(ansatz, count, remainder):
        return {"ansatz": ansatz, "groups": count, "remainder": remainder, "wiring": wiring, "second": "hidden"}

    def patches(second, **more):
        return {"ansatz": "hq", "groups": 1, "wiring": wiring, "second": second, **more}

    if name.startswith("attention-"):
        kind = {"plain": None, "matched": "matched"}.get(name.split("-")[-1], "released" if released else "paper")
        network = attention_light if "light" in name else attention_full
        return (lambda w, x, t, l: network(w, x, t, l, kind)), (1, 28, 28)

    if name.startswith("qcunet"):
        options = {
            "qcunet": dict(vertex=groups("hq", 1), level=4, quanvolution=patches("input" if released else "hidden")),
            "qcunet-classical": dict(timeless=released),
            "qcunet-vertex": dict(timeless=released, vertex=groups("hq", 1)),
            "qcunet-fullvertex": dict(timeless=released, vertex=every("hq", 20, False)),
        }[name]
        return (lambda w, x, t, l: unet(w, x, t, l, [1, 2, 3, 4, 5, 6], classes=10, **options)), (3, 64, 64)

    options = {
        "unet": {},
        # The published count needs one shared circuit of one layer and convolutions that see all channels; the code has neither.
        "quanvunet": dict(vertex=groups("hq", 1), quanvolution=patches("hidden", layers=1, shared=True, all=True)
                          if wiring == "paper" else patches("input")),
        **{f"qvunet-{count}{ansatz}": dict(vertex=groups(ansatz, count)) for count in [1, 7] for ansatz in ["hq", "fq"]},
        **{f"qvunet-full{ansatz}": dict(vertex=every(ansatz, 13, True)) for ansatz in ["hq", "fq"]},
    }[name]
    return (lambda w, x, t, l: unet(w, x, t, l, [1, 2, 3, 4], **options)), (1, 28, 28)


NAMES = ["unet", "qvunet-1hq", "qvunet-1fq", "qvunet-7hq", "qvunet-7fq", "qvunet-fullhq", "qvunet-fullfq", "quanvunet",
         "attention-light", "attention-light-plain", "attention-light-matched",
         "attention-full", "attention-full-plain", "attention-full-matched",
         "qcunet", "qcunet-classical", "qcunet-vertex", "qcunet-fullvertex"]

# Models that are one network in several wirings: one file, that of the paper, serves them all.
SAME = {
    **{name: ["released", "repaired"] for name in ["unet", "attention-light-plain", "attention-light-matched",
                                                   "attention-full-plain", "attention-full-matched"]},
    **{name: ["repaired"] for name in ["attention-light", "attention-full", "qcunet-classical"]},
}


def evaluate(name, wiring, source, x, timesteps, labels, cotangent):
    network, _ = model(name, wiring)
    w = Weights(source)
    x = torch.tensor(x.astype(np.float64), requires_grad=True)
    y = network(w, x, torch.tensor(timesteps), None if labels is None else torch.tensor(labels))
    (y * torch.tensor(cotangent.astype(np.float64))).sum().backward()

    def gradient(a):
        return np.zeros(a.shape) if a.grad is None else a.grad.numpy()

    return y.detach().numpy(), gradient(x), {n: gradient(a) for n, a in w.used.items()}, w


def record(name, wiring, whole):
    _, shape = model(name, wiring)
    shape = (2,) + shape
    timesteps = np.array([17, 803], dtype=np.int64)
    labels = np.array([2, 7], dtype=np.int64) if name.startswith("qcunet") else None
    x, cotangent = spread("input", shape), spread("cotangent", shape)
    y, dx, gradients, w = evaluate(name, wiring, weight, x, timesteps, labels, cotangent)
    tensors = {"timestep": timesteps}
    if labels is not None:
        tensors["label"] = labels
    if whole:
        tensors.update({"weight/" + n: a.detach().numpy().astype(np.float32) for n, a in w.used.items()})
        tensors.update(input=x, cotangent=cotangent)
    tensors.update(output=y.astype(np.float32), input_gradient=dx.astype(np.float32))
    for n, g in gradients.items():
        if whole or g.size <= WHOLE:
            tensors["gradient/" + n] = g.astype(np.float32)
        else:
            tensors["projection/" + n] = summary(n, g)
    metadata = {"case": name, "wiring": wiring, "parameters": str(sum(a.numel() for a in w.used.values()))}
    if not whole:
        metadata["generated"] = "splitmix64"
    return tensors, metadata


def worst(a, b, scale=None):
    return np.abs(a - b).max() / (np.abs(b).max() if scale is None else scale)


def check(path):
    tensors, metadata = read(path)
    shape = tensors["output"].shape
    stored = "input" in tensors
    y, dx, gradients, w = evaluate(
        metadata["case"], metadata.get("wiring", "paper"),
        (lambda n, s: tensors["weight/" + n]) if stored else weight,
        tensors["input"] if stored else spread("input", shape), tensors["timestep"], tensors.get("label"),
        tensors["cotangent"] if stored else spread("cotangent", shape))
    missing = [n for n in tensors if n.startswith("weight/") and n[7:] not in w.used]
    largest = max(np.abs(g).max() for g in gradients.values())
    errors = []
    for n, g in gradients.items():
        if "gradient/" + n in tensors:
            expected = tensors["gradient/" + n]
            # A gradient that is zero but for rounding is measured against the largest.
            errors.append(worst(g, expected, max(np.abs(expected).max(), 1e-9 * largest)))
        else:
            expected = tensors["projection/" + n]
            errors.append(worst(summary(n, g), expected, expected[0]))
    print(f"{metadata['case']:24} {metadata.get('wiring', 'paper'):8} output {worst(y, tensors['output']):.1e}  input gradient "
          f"{worst(dx, tensors['input_gradient']):.1e}  weight gradients {max(errors):.1e} ({len(errors)} tensors)"
          + (f"  UNUSED: {missing}" if missing else ""), flush=True)


def main():
    verb, rest = sys.argv[1], sys.argv[2:]
    if verb == "check":
        for path in rest:
            check(path)
        return
    os.makedirs(rest[0], exist_ok=True)
    for name in rest[1:] or NAMES:
        for wiring in ["paper", "released", "repaired"]:
            if wiring in SAME.get(name, []):
                continue
            tensors, metadata = record(name, wiring, whole=verb == "whole")
            path = os.path.join(rest[0], f"{name}-{wiring}.safetensors")
            write(path, tensors, metadata)
            print(f"{path}: {metadata['parameters']} parameters, {os.path.getsize(path)} bytes", flush=True)


if __name__ == "__main__":
    main()
