#!/usr/bin/env python3
"""A folder of photographs of mixed sizes: faced's `facectl` and the stack that people build, by turns in one run.

    benchmarks/peers/folder.py --facebench FACEBENCH --pictures DIR --models DIR [--photographs 1000] [--rounds 3] [--enroll] [--json]

The pictures of DIR (uncropped photographs of one face, JPEG) are enlarged to sizes as they are found in folders of people's photographs
and written to a folder that goes again. The peer is OpenCV's decoder and YuNet, a similarity by five landmarks, ONNX Runtime with a
MobileFaceNet, and hnswlib over as many vectors as the gallery of faced has, from --models. It runs in one process a processor, which
take the next photograph when they are done with one; models and index are loaded before its clock starts, so what is timed is reading,
decoding, detection, embedding and search. faced is timed from facectl's start to its end (`facebench folder`), its daemon runs.
"""
import argparse
import json
import multiprocessing
import os
import pathlib
import random
import statistics
import subprocess
import tempfile
import time
from typing import Any

import numpy as np

YUNET, TEACHER = "yunet_n_640_640.onnx", "teacher.onnx"
TEMPLATE = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]], np.float32)
# Megapixels and how many of a hundred photographs have them.
SIZES = [(0.06, 15), (0.3, 20), (1.0, 25), (3.0, 25), (8.0, 10), (12.0, 5)]
PER_FOLDER = 20


def make(pictures: str, folder: str, count: int) -> None:
    """Writes `count` photographs in sub-folders of 20, each made of another picture."""
    import cv2

    paths = sorted(pathlib.Path(pictures).rglob("*.jpg"))
    random.Random(7).shuffle(paths)
    chosen = random.Random(8).choices([size for size, _ in SIZES], [share for _, share in SIZES], k=count)
    for number, megapixels in enumerate(chosen):
        image = cv2.imread(str(paths[number % len(paths)]))
        scale = (megapixels * 1e6 / (image.shape[0] * image.shape[1])) ** 0.5
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        place = f"{folder}/{number // PER_FOLDER:03d}"
        os.makedirs(place, exist_ok=True)
        cv2.imwrite(f"{place}/{number:04d}.jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 90])


def similarity(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    source_mean, target_mean = source.mean(0), target.mean(0)
    s, t = source - source_mean, target - target_mean
    a, b = (s * t).sum() / (s * s).sum(), (s[:, 0] * t[:, 1] - s[:, 1] * t[:, 0]).sum() / (s * s).sum()
    rotation = np.array([[a, -b], [b, a]])
    return np.hstack([rotation, (target_mean - rotation @ source_mean)[:, None]]).astype(np.float32)


class Peer:
    """One process of the peer."""

    here = None

    def __init__(self, models: str, gallery: int, ready: Any) -> None:
        import cv2
        import hnswlib
        import onnxruntime

        cv2.setNumThreads(1)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.network = onnxruntime.InferenceSession(f"{models}/{TEACHER}", options, providers=["CPUExecutionProvider"])
        self.detector = cv2.FaceDetectorYN.create(f"{models}/{YUNET}", "", (320, 320), 0.6)
        vectors = np.random.default_rng(1).standard_normal((gallery, 128)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        self.index = hnswlib.Index("ip", 128)
        self.index.init_index(max(1, gallery), M=16, ef_construction=100)
        self.index.set_num_threads(1)
        if gallery:
            self.index.add_items(vectors)
        self.index.set_ef(32)
        Peer.here = self
        # The clock starts when all are there.
        ready.wait()

    def identify(self, path: str) -> bool:
        import cv2

        image = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
        self.detector.setInputSize((image.shape[1], image.shape[0]))
        _, faces = self.detector.detect(image)
        if faces is None:
            return False
        points = faces[0][4:14].reshape(5, 2).astype(np.float32)
        crop = cv2.warpAffine(image, similarity(points, TEMPLATE), (112, 112))
        crop = crop[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32)
        vector = self.network.run(None, {"data": np.ascontiguousarray(crop)})[0]
        if self.index.element_count:
            self.index.knn_query(vector / np.linalg.norm(vector), k=5)
        return True


def ask(path: str) -> tuple[bool, float]:
    start = time.process_time()
    return Peer.here.identify(path), time.process_time() - start


def peer(folder: str, models: str, gallery: int, processes: int) -> tuple[float, int, float]:
    """Photographs a second, how many showed a face, and processor seconds a photograph."""
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(processes + 1)
    paths = sorted(str(path) for path in pathlib.Path(folder).rglob("*.jpg"))
    with context.Pool(processes, Peer, (models, gallery, ready)) as pool:
        ready.wait()
        start = time.perf_counter()
        found = list(pool.imap_unordered(ask, paths))
        rate = len(paths) / (time.perf_counter() - start)
        return rate, sum(face for face, _ in found), sum(used for _, used in found) / len(paths)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facebench", required=True)
    parser.add_argument("--pictures", required=True)
    parser.add_argument("--models", required=True)
    parser.add_argument("--photographs", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--gallery", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--enroll", action="store_true", help="enroll the folder with faced instead of identifying it")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        make(given.pictures, folder, given.photographs)
        size = sum(path.stat().st_size for path in pathlib.Path(folder).rglob("*.jpg"))
        for _ in range(given.rounds):
            command = [given.facebench, "folder", folder, "--rounds", "1", "--gallery", str(given.gallery), "--json"]
            command += ["--verb", "enroll" if given.enroll else "identify"]
            ours.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
            theirs.append(peer(folder, given.models, given.gallery, given.processes))
    rates = sorted(figures["photographs_per_second"] for figures in ours)
    peers = sorted(rate for rate, _, _ in theirs)
    processor = statistics.median(figures["processor_ms"] for figures in ours)
    peer_processor = statistics.median(1e3 * used for _, _, used in theirs)
    report = {
        "verb": "enroll" if given.enroll else "identify",
        "photographs": given.photographs,
        "megabytes": round(size / 1e6, 1),
        "rounds": given.rounds,
        "photographs_per_second": round(statistics.median(rates), 2),
        "photographs_per_second_least": round(rates[0], 2),
        "photographs_per_second_most": round(rates[-1], 2),
        "refused": max(figures["refused"] for figures in ours),
        "processors": statistics.median(figures["processors"] for figures in ours),
        "processors_wanted": statistics.median(figures["processors_wanted"] for figures in ours),
        "processors_wanted_in_first_second": statistics.median(
            figures["processors_wanted_in_first_second"] for figures in ours
        ),
        "peer_per_second": round(statistics.median(peers), 2),
        "peer_per_second_least": round(peers[0], 2),
        "peer_per_second_most": round(peers[-1], 2),
        "peer_without_a_face": given.photographs - min(found for _, found, _ in theirs),
        "ratio": round(statistics.median(a["photographs_per_second"] / b[0] for a, b in zip(ours, theirs)), 2),
        "processor_ms": processor,
        "peer_processor_ms": round(peer_processor, 1),
        "processor_ratio": round(peer_processor / processor, 2),
    }
    if given.json:
        print(json.dumps(report))
        return
    for name, value in report.items():
        print(f"{name.replace('_', ' ')}: {value}")


if __name__ == "__main__":
    main()
