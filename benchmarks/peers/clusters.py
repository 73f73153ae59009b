#!/usr/bin/env python3
"""How well and how fast `facectl cluster` groups faces, beside other programs on the same vectors.

    facetrain targets --model MODEL --images DATA/train --output TRAIN.f32
    facetrain targets --model MODEL --images DATA/unlabelled --output UNLABELLED.f32
    faced --data WORK --model MODEL --address 127.0.0.1:50199 &
    python3 benchmarks/peers/clusters.py --data DATA --labelled TRAIN.f32 --unlabelled UNLABELLED.f32 \\
        --recipe recipes/full.json --address 127.0.0.1:50199

The faces are those of the validation identities, mixed with --background unlabelled ones of other people. Pairs of two
unlabelled faces are not counted: nobody knows them. scikit-learn's DBSCAN and average linkage (HAC), and chinese whispers as dlib
has it, get the setting that is best on these very faces; faced gets the one that it has. Then the seconds for --many faces, medians of
--rounds by turns: each side has the vectors in its own memory when the clock starts, faced in a gallery.

Needs numpy, scikit-learn, grpcio and the Python client.
"""
from __future__ import annotations

import argparse
import csv
import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

import faced_split


def clusters(vectors: np.ndarray, address: str, model: str) -> np.ndarray:
    """faced's groups of vectors, over its API."""
    import grpc
    from faced.v1 import clusters_pb2, vectors_pb2

    def messages() -> Iterator[Any]:
        yield clusters_pb2.ClusterRequest(model=model)
        for start in range(0, len(vectors), 1000):
            rows = [vectors_pb2.Vector(values=row) for row in vectors[start:start + 1000]]
            yield clusters_pb2.ClusterRequest(vectors=rows)

    with grpc.insecure_channel(address) as channel:
        call = channel.stream_stream(
            "/faced.v1.ClusterService/Cluster", request_serializer=clusters_pb2.ClusterRequest.SerializeToString,
            response_deserializer=clusters_pb2.ClusterResponse.FromString)
        labels = np.full(len(vectors), -1)
        for group in (group for message in call(messages()) for group in message.groups):
            if group.group > 0:
                labels[list(group.members)] = group.group
    return apart(labels)


def enrol(vectors: np.ndarray, address: str, model: str, gallery: str) -> None:
    """Puts vectors into a gallery of their own, each as somebody else."""
    import faced

    with faced.connect(address) as client:
        if gallery not in [known.name for known in client.galleries()]:
            client.create_gallery(gallery)
    with faced.connect(address, gallery=gallery, timeout=600) as client:
        client.import_vectors((f"face {row}" for row in range(len(vectors))), (row.tolist() for row in vectors), model.removeprefix("models/"))


def cluster_gallery(address: str, gallery: str) -> int:
    """The number of groups that faced makes of a gallery's faces."""
    import grpc
    from faced.v1 import clusters_pb2

    request = clusters_pb2.ClusterRequest(gallery=f"galleries/{gallery}")
    with grpc.insecure_channel(address) as channel:
        call = channel.stream_stream(
            "/faced.v1.ClusterService/Cluster", request_serializer=clusters_pb2.ClusterRequest.SerializeToString,
            response_deserializer=clusters_pb2.ClusterResponse.FromString)
        return len({group.group for message in call(iter([request])) for group in message.groups} - {0})


def apart(labels: np.ndarray) -> np.ndarray:
    """Every face that is in no group becomes a group of its own."""
    labels = np.array(labels)
    alone = labels < 0
    labels[alone] = labels.max() + 1 + np.arange(alone.sum())
    return labels


def whispers(vectors: np.ndarray, limit: float, rounds: int = 100, seed: int = 0) -> np.ndarray:
    """Chinese whispers as in dlib: edges of all pairs within a distance, each of weight 1; a face takes the label that most of
    its neighbours have, in random order. dlib's own module is a long build; this is the same rule over the same edges."""
    neighbours = []
    for start in range(0, len(vectors), 1000):
        near = 2 - 2 * vectors[start:start + 1000] @ vectors.T <= limit
        neighbours += [np.flatnonzero(row) for row in near]
    labels = np.arange(len(vectors))
    random = np.random.default_rng(seed)
    for _ in range(rounds):
        changed = 0
        for face in random.permutation(len(vectors)):
            around = labels[neighbours[face][neighbours[face] != face]]
            if len(around) == 0:
                continue
            values, counts = np.unique(around, return_counts=True)
            best = values[counts.argmax()]
            changed += best != labels[face]
            labels[face] = best
        if not changed:
            break
    return labels


def scores(labels: np.ndarray, truth: np.ndarray) -> tuple[float, float, float, float]:
    """Pairwise precision, recall and F, and B-cubed F, over the faces whose person is known (truth >= 0)."""
    known = truth >= 0
    group_size = np.bincount(labels)[labels[known]]
    person_size = np.bincount(truth[known])[truth[known]]
    both = {}
    for label, person in zip(labels[known], truth[known]):
        both[label, person] = both.get((label, person), 0) + 1
    shared = np.array([both[label, person] for label, person in zip(labels[known], truth[known])])
    known_in_group = np.bincount(labels[known], minlength=labels.max() + 1)[labels[known]]
    # Pairs with at least one known face: two known ones are counted from both ends, one of them from one.
    right = (shared - 1).sum() / 2
    joined = (known_in_group - 1).sum() / 2 + (group_size - known_in_group).sum()
    wanted = (person_size - 1).sum() / 2
    precision, recall = right / max(joined, 1), right / wanted
    cubed_precision, cubed_recall = (shared / group_size).mean(), (shared / person_size).mean()

    def mean(a: float, b: float) -> float:
        return 2 * a * b / (a + b) if a + b else 0

    return precision, recall, mean(precision, recall), mean(cubed_precision, cubed_recall)


def cut(tree: Any, count: int, limit: float) -> np.ndarray:
    """The groups of a tree of scikit-learn's at a distance."""
    children, heights = tree
    above = np.arange(count + len(children))
    for node, ((a, b), height) in enumerate(zip(children, heights), count):
        if height <= limit:
            above[a] = above[b] = node
    # A node's parent has a greater number.
    for node in range(len(above) - 1, -1, -1):
        above[node] = above[above[node]]
    return np.unique(above[:count], return_inverse=True)[1]


def report(name: str, labels: np.ndarray, truth: np.ndarray, setting: str = "") -> None:
    precision, recall, pairs, cubed = scores(labels, truth)
    print(f"{name}: precision {precision:.3f}, recall {recall:.3f}, F {pairs:.3f}, B-cubed F {cubed:.3f} {setting}", flush=True)


def best(name: str, run: Callable[[Any], np.ndarray], settings: Iterable[Any], truth: np.ndarray) -> None:
    """The two best settings: by the pairs, and by B-cubed."""
    tried = [(setting, run(setting)) for setting in settings]
    for measure, place in (("F", 2), ("B-cubed F", 3)):
        setting, labels = max(tried, key=lambda item: scores(item[1], truth)[place])
        report(name, labels, truth, f"({setting}, the best by {measure})")


def timed(runs: dict[str, Callable[[], object]], rounds: int) -> None:
    """The median seconds of each, by turns, with the least and the most."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    for name, took in seconds.items():
        print(f"  {name}: {np.median(took):.2f} s ({min(took):.2f} to {max(took):.2f})", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--labelled", required=True)
    parser.add_argument("--unlabelled", required=True)
    parser.add_argument("--recipe", required=True)
    parser.add_argument("--address", default="127.0.0.1:50151")
    parser.add_argument("--background", type=int, default=10_000)
    parser.add_argument("--many", type=int, nargs="*", default=[50_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default="dbscan,hac,whispers")
    args = parser.parse_args()
    recipe = json.load(open(args.recipe))
    with open(f"{args.data}/train.landmarks.csv") as file:
        files = [row[0] for row in csv.reader(file)][1:]
    labelled = np.fromfile(args.labelled, "<f4").reshape(len(files), -1)
    unlabelled = np.fromfile(args.unlabelled, "<f4").reshape(-1, labelled.shape[1])
    kept = faced_split.validation(files, recipe["pictures"]["validationShare"], recipe["seed"])
    people = np.concatenate([np.full(len(places), person) for person, places in enumerate(kept)])
    random = np.random.default_rng(0)
    background = random.permutation(len(unlabelled))[:args.background]
    vectors = np.concatenate([labelled[np.concatenate(kept)], unlabelled[background]])
    truth = np.concatenate([people, np.full(len(background), -1)])
    order = random.permutation(len(vectors))
    vectors, truth = np.ascontiguousarray(vectors[order]), truth[order]
    print(f"{len(kept)} people with {(truth >= 0).sum()} faces, among {len(background)} others", flush=True)

    import grpc
    from faced.v1 import server_service_pb2

    with grpc.insecure_channel(args.address) as channel:
        status = channel.unary_unary(
            "/faced.v1.ServerService/GetServerStatus",
            request_serializer=server_service_pb2.GetServerStatusRequest.SerializeToString,
            response_deserializer=server_service_pb2.ServerStatus.FromString)(server_service_pb2.GetServerStatusRequest())
    model = status.active_model
    report("faced", clusters(vectors, args.address, model), truth)

    from sklearn.cluster import DBSCAN, AgglomerativeClustering, linkage_tree

    peers = args.peers.split(",")
    squared = np.maximum(0, 2 - 2 * vectors @ vectors.T) if peers != [""] else None
    limits = np.round(np.arange(0.3, 1.3, 0.05), 2)
    if "dbscan" in peers:
        distances = np.sqrt(squared)
        best("DBSCAN", lambda s: apart(DBSCAN(eps=s[0] ** 0.5, min_samples=s[1], metric="precomputed").fit_predict(distances)),
             [(float(limit), least) for limit in limits for least in (2, 3, 4)], truth)
    if "hac" in peers:
        children, _, _, _, heights = linkage_tree(squared, affinity="precomputed", linkage="average", return_distance=True)
        best("HAC, average linkage", lambda s: cut((children, heights), len(vectors), s),
             [float(limit) for limit in np.round(np.arange(0.8, 1.7, 0.05), 2)], truth)
    if "whispers" in peers:
        best("chinese whispers", lambda s: whispers(vectors, s), [float(limit) for limit in limits], truth)

    everything = np.concatenate([labelled, unlabelled])
    everything = everything[random.permutation(len(everything))]
    for count in args.many:
        # More than there are: each once more, a little moved.
        more = everything[random.integers(len(everything), size=max(0, count - len(everything)))]
        more = more + random.normal(0, 0.03, more.shape)
        rows = np.concatenate([everything, more / np.linalg.norm(more, axis=1, keepdims=True)])[:count].astype("<f4")
        print(f"{count} faces:", flush=True)
        gallery = f"clusters-{count}"
        enrol(rows, args.address, model, gallery)
        runs: dict[str, Callable[[], object]] = {"faced": lambda: cluster_gallery(args.address, gallery)}
        if "dbscan" in peers:
            runs["DBSCAN"] = lambda: DBSCAN(eps=0.7, min_samples=3, n_jobs=-1).fit_predict(rows)
        if "whispers" in peers:
            runs["chinese whispers"] = lambda: whispers(rows, 0.5)
        if "hac" in peers and count <= 20_000:
            hac = AgglomerativeClustering(n_clusters=None, distance_threshold=1, linkage="average")
            runs["HAC"] = lambda: hac.fit_predict(rows)
        timed(runs, args.rounds)


if __name__ == "__main__":
    main()
