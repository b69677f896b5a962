"""Prints the reference numbers that stand in the tests of this folder: numpy, scipy and Pillow, float64, written from the definitions.

Run by hand (python3 make_reference.py) and only when a definition changes; the tests need neither Python nor this file. The data come from
an integer hash that Reference.cs repeats, so that both sides see the same numbers to the last bit.
"""
import numpy as np
from scipy import stats
from scipy.signal import convolve2d
from scipy.spatial.distance import cdist

M = np.uint64(0xFFFFFFFF)


def bits(salt, count):
    h = (np.arange(count, dtype=np.uint64) * np.uint64(2654435761) + np.uint64(salt * 40503 + 1)) & M
    h ^= h >> np.uint64(15)
    h = (h * np.uint64(2246822519)) & M
    h ^= h >> np.uint64(13)
    h = (h * np.uint64(3266489917)) & M
    return h ^ (h >> np.uint64(16))


def uniform(salt, count):
    return bits(salt, count) / 4294967296.0


def features(salt, n, d, shift=0.0):
    own = uniform(salt, n * d).reshape(n, d)
    common = uniform(salt + 1000, n * 3).reshape(n, 3)
    return own + 0.5 * common[:, np.arange(d) % 3] + shift


def image(salt, height, width):
    return (bits(salt, height * width) >> np.uint64(24)).reshape(height, width).astype(float)


def root(s):
    w, v = np.linalg.eigh(s)
    return (v * np.sqrt(np.maximum(w, 0))) @ v.T


def fid(x, y):
    s1, s2 = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    r = root(s1)
    inner = np.linalg.eigvalsh(r @ s2 @ r)
    d = x.mean(0) - y.mean(0)
    return d @ d + np.trace(s1) + np.trace(s2) - 2 * np.sqrt(np.maximum(inner, 0)).sum()


def kid(x, y):
    n, m, d = len(x), len(y), x.shape[1]
    k = lambda a, b: (a @ b.T / d + 1) ** 3
    xx, yy = k(x, x), k(y, y)
    return ((xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1)) - 2 * k(x, y).mean())


def inception_score(logits):
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    return np.exp((p * (np.log(p) - np.log(p.mean(0)))).sum(1).mean())


def radii(x, k):
    d = cdist(x, x)
    np.fill_diagonal(d, np.inf)
    return np.sort(d, 1)[:, k - 1]


def window():
    g = np.exp(-np.arange(-5, 6) ** 2 / (2 * 1.5 ** 2))
    w = np.outer(g, g)
    return w / w.sum()


def ssim_parts(x, y, L=255.0):
    f = lambda a: convolve2d(a, window(), mode="valid")
    c1, c2 = (0.01 * L) ** 2, (0.03 * L) ** 2
    mx, my = f(x), f(y)
    vx, vy, c = f(x * x) - mx ** 2, f(y * y) - my ** 2, f(x * y) - mx * my
    cs = (2 * c + c2) / (vx + vy + c2)
    return ((2 * mx * my + c1) / (mx ** 2 + my ** 2 + c1) * cs).mean(), cs.mean()


def ms_ssim(x, y, scales):
    w = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])[:scales]
    w = w / w.sum()
    value = 1.0
    for s in range(scales):
        full, cs = ssim_parts(x, y)
        value *= max(full if s == scales - 1 else cs, 0) ** w[s]
        h, v = x.shape[0] // 2, x.shape[1] // 2
        x, y = (a[:2 * h, :2 * v].reshape(h, 2, v, 2).mean((1, 3)) for a in (x, y))
    return value


def tf1(x, height, width):
    i, j = np.arange(height) * x.shape[0] / height, np.arange(width) * x.shape[1] / width
    i0, j0 = np.floor(i).astype(int), np.floor(j).astype(int)
    i1, j1 = np.minimum(i0 + 1, x.shape[0] - 1), np.minimum(j0 + 1, x.shape[1] - 1)
    a, b = (i - i0)[:, None], (j - j0)[None]
    return ((1 - a) * ((1 - b) * x[np.ix_(i0, j0)] + b * x[np.ix_(i0, j1)])
            + a * ((1 - b) * x[np.ix_(i1, j0)] + b * x[np.ix_(i1, j1)]))


def show(name, value):
    print(f"{name:40} {value!r}")


for n, m, d in ((300, 260, 40), (30, 25, 64), (50, 400, 96)):
    show(f"fid {n} {m} {d}", fid(features(1, n, d), features(2, m, d, 0.1)))
    show(f"kid {n} {m} {d}", kid(features(1, n, d), features(2, m, d, 0.1)))
show("fid of float32 features, zero columns", fid(np.float32(features(1, 100, 20)) * (np.arange(20) % 4 != 0),
                                                  np.float32(features(2, 90, 20, 0.1)) * (np.arange(20) % 4 != 0)))
show("inception score", inception_score(6 * features(3, 200, 10)))

x, y = features(1, 150, 8), features(2, 130, 8, 0.1)
d, rx, ry = cdist(y, x), radii(x, 3), radii(y, 3)
show("precision", (d <= rx).any(1).mean())
show("recall", (d.T <= ry).any(1).mean())
r5 = radii(x, 5)
show("density", (d <= r5).sum(1).mean() / 5)
show("coverage", (d.min(0) <= r5).mean())

g, t, h = features(4, 80, 8), features(5, 90, 8), features(6, 90, 8)
g[:20] = t[:20] + 0.01 * (1 + np.arange(20) / 20)[:, None]
gt, gh, ht = cdist(g, t).min(1), cdist(g, h).min(1), cdist(h, t).min(1)
show("nearer to training", (gt < gh).mean())
show("close share", (gt < np.quantile(ht, 0.05)).mean())
show("median generated", np.median(gt))
show("median held out", np.median(ht))
u = stats.mannwhitneyu(gt, ht, use_continuity=False, alternative="two-sided", method="asymptotic")
show("copy score", float(np.sign(u.statistic - 80 * 90 / 2) * stats.norm.isf(u.pvalue / 2)))
a, b = np.round(4 * uniform(7, 30)), np.round(4 * uniform(8, 40) + 0.5)
u = stats.mannwhitneyu(a, b, use_continuity=False, alternative="two-sided", method="asymptotic")
show("mann-whitney with ties", float(np.sign(u.statistic - 600) * stats.norm.isf(u.pvalue / 2)))

a, b = image(9, 28, 33), 0.7 * image(9, 28, 33) + 0.3 * image(10, 28, 33)
show("ssim", ssim_parts(a, b)[0])
show("ms-ssim 2", ms_ssim(a, b, 2))
a, b = image(11, 181, 190), 0.7 * image(11, 181, 190) + 0.3 * image(12, 181, 190)
show("ms-ssim 5", ms_ssim(a, b, 5))

v = 10 * uniform(13, 7)
show("t interval", stats.t.interval(0.95, 6, v.mean(), v.std(ddof=1) / 7 ** 0.5))
show("quantiles", np.quantile(v, [0.025, 0.3, 0.975]))
show("t 2 values", stats.t.interval(0.99, 1, v[:2].mean(), v[:2].std(ddof=1) / 2 ** 0.5))
p, n, z = 41 / 50, 50, stats.norm.ppf(0.975)
c, w = (p + z * z / 2 / n) / (1 + z * z / n), z / (1 + z * z / n) * (p * (1 - p) / n + z * z / 4 / n / n) ** 0.5
show("wilson", (c - w, c + w))
show("exact permutation", stats.permutation_test((v - 4.0,), np.mean, permutation_type="samples", n_resamples=np.inf).pvalue)

from PIL import Image
plane = image(14, 28, 21)
points = ((0, 0), (5, 7), (150, 133), (298, 298), (298, 0), (77, 290))
show("tf1 up", [tf1(plane, 299, 299)[q] for q in points])
small = ((0, 0), (4, 3), (9, 6), (2, 5))
show("tf1 down", [tf1(plane, 10, 7)[q] for q in small])
for name, kind in (("bilinear", Image.BILINEAR), ("bicubic", Image.BICUBIC)):
    pil = lambda h, w: np.asarray(Image.fromarray(plane.astype(np.float32), mode="F").resize((w, h), kind), dtype=float)
    show(f"{name} up", [pil(299, 299)[q] for q in points])
    show(f"{name} down", [pil(10, 7)[q] for q in small])
