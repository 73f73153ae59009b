package import FaceTypes
internal import Glibc

/// Finds for a face another one that looks about the same way, so that the two can be blended.
package struct PosePartners: Sendable {
  /// Per picture how far its nose lies to the right and down of the frame's centre, in eye–mouth distances.
  private let poses: [(right: Float, down: Float)]
  /// Pictures that may be partners, by `poses.right`.
  private let order: [Int]
  /// Per picture its position in `order`; −1 for those that are in no blend.
  private let positions: [Int]

  /// - Parameters:
  ///   - landmarks: of every picture.
  ///   - pictures: those that may be blended.
  package init(landmarks: [Landmarks], frames: [FaceFrame], pictures: [Int]) {
    poses = zip(landmarks, frames).map { points, frame in
      let (x, y) = (points.nose.x - frame.centre.x, points.nose.y - frame.centre.y)
      let (cosine, sine) = (cos(frame.roll), sin(frame.roll))
      return (
        Float((x * cosine + y * sine) / frame.eyeMouthDistance), Float((y * cosine - x * sine) / frame.eyeMouthDistance)
      )
    }
    let poses = poses
    order = pictures.sorted { (poses[$0].right, $0) < (poses[$1].right, $1) }
    var positions = [Int](repeating: -1, count: landmarks.count)
    for (position, picture) in order.enumerated() { positions[picture] = position }
    self.positions = positions
  }

  /// Of `candidates` random pictures that are turned about as far as `picture` the one of the nearest pose.
  ///
  /// - Returns: another picture; nil where there is no other, or `picture` may not be blended.
  package func partner(of picture: Int, candidates: Int, random: inout RandomSource) -> Int? {
    let position = positions[picture]
    guard order.count > 1, position >= 0 else { return nil }
    // A tenth of all pictures, but enough to choose from.
    let reach = max(order.count / 20, 2)
    let window = max(0, position - reach)...min(order.count - 1, position + reach)
    var best: (distance: Float, picture: Int)?
    for _ in 0..<candidates {
      let other = order[Int.random(in: window, using: &random)]
      guard other != picture else { continue }
      let distance = hypotf(poses[other].right - poses[picture].right, poses[other].down - poses[picture].down)
      if distance < best?.distance ?? .infinity { best = (distance, other) }
    }
    return best?.picture
  }
}
