internal import FaceNet
internal import FaceTypes

/// The pictures of one step, ready for the network.
struct Batch: Sendable {
  /// Planes of numbers: picture, channel, row, column.
  var pixels: [Float]
  var labels: [Int]
  /// One target vector per picture, or empty.
  var targets: [Float]
  /// Triplets that were chosen before, as places in the batch; empty where the batch's own are to be chosen.
  var triplets: [Triplet]
  var count: Int { labels.count }
}

/// Makes the batch of any step; what it holds depends on the recipe, the data, the step and triplets chosen before alone.
struct BatchBuilder: Sendable {
  let data: FaceDataset
  /// Where the face is in every picture.
  let frames: [FaceFrame]
  let sampler: BatchSampler
  let augmenter: Augmenter
  let seed: UInt64

  /// - Parameters:
  ///   - offline: triplets to make the batch of, instead of identities and random negatives.
  ///   - size: pictures of such a batch.
  func batch(step: Int, offline: OfflineTriplets?, size: Int) -> Batch {
    let chosen = offline?.batch(step: step, count: size / 3, seed: seed) ?? []
    let faces =
      offline == nil
      ? sampler.faces(step: step) : chosen.flatMap { [$0.anchor, $0.positive, $0.negative].map(sampler.face) }
    let triplets = chosen.indices.map { Triplet(anchor: 3 * $0, positive: 3 * $0 + 1, negative: 3 * $0 + 2) }
    let area = 3 * augmenter.input.height * augmenter.input.width
    let size = 3 * data.pixels * data.pixels
    let pixels = [Float](unsafeUninitializedCapacity: faces.count * area) { planes, initialised in
      planes.initialize(repeating: 0)
      data.bytes.withUnsafeBufferPointer { bytes in
        for (index, face) in faces.enumerated() {
          var random = RandomSource(seed: seed, 3, step, index)
          augmenter.write(
            UnsafeBufferPointer(rebasing: bytes[face.picture * size..<(face.picture + 1) * size]),
            frame: frames[face.picture],
            to: UnsafeMutableBufferPointer(rebasing: planes[index * area..<(index + 1) * area]), random: &random)
        }
      }
      initialised = faces.count * area
    }
    var targets: [Float] = []
    if !data.targets.isEmpty {
      targets.reserveCapacity(faces.count * data.targetSize)
      for face in faces {
        targets += data.targets[face.picture * data.targetSize..<(face.picture + 1) * data.targetSize]
      }
    }
    return Batch(pixels: pixels, labels: faces.map(\.label), targets: targets, triplets: triplets)
  }
}
