"""Numbers of the relation loss, and its gradient by central differences in double precision; writes relation.json beside
itself."""
import json
import pathlib

import numpy as np

random = np.random.default_rng(5)


def unit(rows, columns):
    x = random.normal(size=(rows, columns))
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32).astype(np.float64)


def loss(f, t):
    def distances(x):
        return ((x[:, None, :] - x[None, :, :]) ** 2).sum(axis=2)

    residual = distances(f) - distances(t)
    return (residual**2).sum() / (len(f) * (len(f) - 1))


count = 6
f, t = unit(count, 7), unit(count, 5)
gradient = np.zeros_like(f)
for place in np.ndindex(*f.shape):
    step = np.zeros_like(f)
    step[place] = 1e-6
    gradient[place] = (loss(f + step, t) - loss(f - step, t)) / 2e-6
out = {
    "count": count, "embeddings": f.ravel().tolist(), "targets": t.ravel().tolist(), "loss": loss(f, t),
    "gradient": gradient.ravel().tolist()}
pathlib.Path(__file__).with_name("relation.json").write_text(json.dumps(out, indent=1) + "\n")
