package import FaceDetection
internal import FaceTypes
internal import Glibc
internal import Images

/// An aligner on pictures of identities that training was kept from.
package struct AlignerReport: Codable, Sendable {
  package var pictures: Int
  package var passes: Int
  /// Mean distance between found and given landmarks over the distance between the given eyes: of all five, and of each.
  package var meanError: Double
  package var meanErrorByPoint: [Double]
  /// The share of pictures whose mean error is above a tenth.
  package var failures: Double
  /// By the turn of the face in the picture, in degrees from the first to below the next bound.
  package var meanErrorByTurn: [String: Double]
  package var scatter: FrameScatter
}

/// How frames fitted to found landmarks scatter about those fitted to the given ones; what `calibrate` wants to know.
/// Standard deviations, estimated by 1.4826 times the median of the sizes, so that a wrong label here and there does not
/// rule.
package struct FrameScatter: Codable, Sendable {
  /// On either axis, in eye–mouth distances.
  package var shift: Double
  /// Of the size's logarithm.
  package var scale: Double
  /// In degrees.
  package var roll: Double

  init(_ frames: [(found: FaceFrame, given: FaceFrame)]) {
    func deviation(_ values: [Double]) -> Double {
      values.isEmpty ? 0 : 1.4826 * values.map { abs($0) }.sorted()[values.count / 2]
    }
    shift = deviation(
      frames.flatMap { found, given in
        [found.centre.x - given.centre.x, found.centre.y - given.centre.y].map { $0 / given.eyeMouthDistance }
      })
    scale = deviation(frames.map { log($0.found.eyeMouthDistance / $0.given.eyeMouthDistance) })
    roll = deviation(frames.map { remainder($0.found.roll - $0.given.roll, 2 * .pi) * 180 / .pi })
  }
}

package enum AlignerEvaluation {
  /// The rough frames scatter about the true ones as a detector's: 0.1 eye–mouth distances in place, 10 % in size, and
  /// in turn by `turn` degrees at most either way, the same for all.
  package static func run(_ aligner: Aligner, _ data: AlignerPictures, passes: Int, turn: Double, seed: UInt64) throws
    -> AlignerReport
  {
    let bounds = [0.0, 15, 30, 45, 180]
    var (sums, counts) = ([Double](repeating: 0, count: 4), [Int](repeating: 0, count: 4))
    var byPoint = [Double](repeating: 0, count: 5)
    var failures = 0
    var frames: [(found: FaceFrame, given: FaceFrame)] = []
    for place in data.validation {
      var random = RandomSource(seed: seed, 13, place)
      let landmarks = data.landmarks[place]
      let picture = data.picture(place)
      let face = FaceFrame(fitting: landmarks)
      // Turning the frame away from the face is turning the face in the crop.
      let away = Double(random.symmetric()) * turn
      let frame = FaceFrame(
        centre: face.point(right: 0.1 * random.normal(), down: 0.1 * random.normal()),
        eyeMouthDistance: face.eyeMouthDistance * exp(0.1 * random.normal()), roll: face.roll + away * .pi / 180)
      let found = try aligner.face(picture, near: frame, passes: passes).landmarks
      frames.append((FaceFrame(fitting: found), face))
      let eyes = hypot(landmarks.leftEye.x - landmarks.rightEye.x, landmarks.leftEye.y - landmarks.rightEye.y)
      let errors = zip(found.points, landmarks.points).map { hypot($0.x - $1.x, $0.y - $1.y) / max(eyes, 1) }
      for (index, error) in errors.enumerated() { byPoint[index] += error }
      let mean = errors.reduce(0, +) / 5
      if mean > 0.1 { failures += 1 }
      let bucket = (bounds.firstIndex { $0 > abs(away) } ?? bounds.count) - 1
      sums[bucket] += mean
      counts[bucket] += 1
    }
    let count = Double(max(1, data.validation.count))
    var byTurn: [String: Double] = [:]
    for bucket in 0..<4 where counts[bucket] > 0 {
      byTurn["\(Int(bounds[bucket])): \(counts[bucket])"] = sums[bucket] / Double(counts[bucket])
    }
    return AlignerReport(
      pictures: data.validation.count, passes: passes, meanError: sums.reduce(0, +) / count,
      meanErrorByPoint: byPoint.map { $0 / count }, failures: Double(failures) / count, meanErrorByTurn: byTurn,
      scatter: FrameScatter(frames))
  }
}
