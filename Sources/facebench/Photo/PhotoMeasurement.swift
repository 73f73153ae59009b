import FaceEngine
import FaceTypes
import Images

struct PhotoMeasurement {
  let stages: PhotoStages
  /// Searches photographs whole.
  let whole: PhotoStages?
  let minimum: MinimumFace?
  let rounds: Int

  func figures(_ name: String, _ bytes: [UInt8]) throws -> PhotoFigures {
    let clock = ContinuousClock()
    var bare: [Duration] = []
    var runs: [PhotoStages.Run] = []
    var size = (width: 0, height: 0)
    for round in 0...rounds {
      let start = clock.now
      let decoded = try ImageDecoder.read(bytes).image
      let took = start.duration(to: clock.now)
      size = (decoded.width, decoded.height)
      let run = try stages.run(bytes, from: minimum)
      if round > 0 {
        bare.append(took)
        runs.append(run)
      }
    }
    let toCrops = zip(runs, bare).map { run, bare in (run.decode + run.detect + run.crop) / bare }
    var figures = PhotoFigures(
      photo: name, width: size.width, height: size.height, bytes: bytes.count, faces: runs[0].boxes.count,
      searchedPixels: runs[0].pixels, bareDecode: Spread(bare), decode: Spread(runs.map(\.decode)),
      detect: Spread(runs.map(\.detect)), crop: Spread(runs.map(\.crop)), embed: Spread(runs.map(\.embed)),
      toCropsAgainstBareDecode: Spread(toCrops))
    if let whole { figures.compared = Compared(runs[0], try whole.run(bytes)) }
    return figures
  }
}

struct PhotoFigures: Encodable, CustomStringConvertible {
  let photo: String
  let width: Int
  let height: Int
  let bytes: Int
  let faces: Int
  let searchedPixels: Int
  /// In milliseconds, as the others: the same bytes to all their pixels.
  let bareDecode: Spread
  let decode: Spread
  let detect: Spread
  let crop: Spread
  let embed: Spread
  /// Decoding, detection and crops, as a multiple of the bare decoding in the same round.
  let toCropsAgainstBareDecode: Spread
  var compared: Compared?

  var description: String {
    "\(photo): \(width)×\(height), \(bytes) bytes, \(faces) faces in \(searchedPixels) pixels; bare decode \(bareDecode) ms; "
      + "decode \(decode), detect \(detect), crop \(crop): \(toCropsAgainstBareDecode) times that; embed \(embed) ms"
      + (compared.map { "; \($0)" } ?? "")
  }
}

/// Of several rounds.
struct Spread: Encodable, CustomStringConvertible {
  let median: Double
  let least: Double
  let greatest: Double

  init(_ values: [Double]) {
    let sorted = values.sorted()
    (median, least, greatest) = (shortened(sorted[sorted.count / 2]), shortened(sorted[0]), shortened(sorted.last!))
  }

  init(_ durations: [Duration]) { self.init(durations.map { $0 / .milliseconds(1) }) }

  var description: String { "\(median) (\(least)…\(greatest))" }
}

/// How far the faces are from those that the whole photograph shows.
struct Compared: Encodable, CustomStringConvertible {
  /// In the whole photograph.
  let faces: Int
  /// Of these, such as are at least 5 % of the longer side wide, and those of them that were not found.
  let large: Int
  let largeMissed: Int
  /// The greatest over the large faces that were found: of an edge of the box in the photograph's pixels; the same as a share of the
  /// box's width; and the squared distance of the embeddings.
  var edge = 0.0
  var edgeShare = 0.0
  var distance = 0.0
  /// The greatest squared distance over the smaller ones.
  var smallDistance = 0.0

  init(_ run: PhotoStages.Run, _ whole: PhotoStages.Run) {
    faces = whole.boxes.count
    let side = whole.size
    var (large, missed) = (0, 0)
    for (box, embedding) in zip(whole.boxes, whole.embeddings) {
      let isLarge = box.width >= 0.05 * Double(side)
      if isLarge { large += 1 }
      let same = run.boxes.indices.first { number in
        let other = run.boxes[number].centre
        return abs(other.x - box.centre.x) < box.width / 3 && abs(other.y - box.centre.y) < box.height / 3
      }
      guard let same else {
        if isLarge { missed += 1 }
        continue
      }
      let other = run.boxes[same]
      let squared = Double(embedding.squaredDistance(to: run.embeddings[same]))
      guard isLarge else {
        smallDistance = max(smallDistance, shortened(squared))
        continue
      }
      let edges = [
        other.x - box.x, other.y - box.y, other.x + other.width - box.x - box.width,
        other.y + other.height - box.y - box.height,
      ]
      let furthest = edges.map(abs).max() ?? 0
      edge = max(edge, shortened(furthest))
      edgeShare = max(edgeShare, shortened(furthest / box.width))
      distance = max(distance, shortened(squared))
    }
    (self.large, largeMissed) = (large, missed)
  }

  var description: String {
    "whole: \(faces) faces, \(large) from 5 % on (\(largeMissed) missed), edges within \(edge) pixels (\(edgeShare) of the "
      + "width), embeddings within \(distance) (smaller faces \(smallDistance))"
  }
}
