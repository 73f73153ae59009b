import FaceAPI
import Foundation

/// What a switch would change, as `--json` prints it.
struct ComparisonOutput: Encodable {
  struct Distances: Encodable {
    struct Quantiles: Encodable {
      let low: Double
      let median: Double
      let high: Double

      init(_ quantiles: Faced_V1_DistanceQuantiles) {
        (low, median, high) = (quantiles.low, quantiles.median, quantiles.high)
      }
    }

    let model: String
    let own: Quantiles?
    let nearestOther: Quantiles?
    let ownWithinThreshold: Int64
    let othersWithinThreshold: Int64

    init(_ distances: Faced_V1_ModelDistances) {
      model = distances.model.lastSegment
      own = distances.hasOwn ? Quantiles(distances.own) : nil
      nearestOther = distances.hasNearestOther ? Quantiles(distances.nearestOther) : nil
      ownWithinThreshold = distances.ownWithinThreshold
      othersWithinThreshold = distances.othersWithinThreshold
    }
  }

  struct Near: Encodable {
    let identity: String
    let distance: Double
  }

  struct Change: Encodable {
    let face: String
    let identity: String
    let before: Near
    let after: Near
  }

  struct LeftOut: Encodable {
    let face: String
    let identity: String
    let reason: String
  }

  let compared: Int64
  let agreeing: Int64
  let before: Distances
  let after: Distances
  let changed: [Change]
  let leftOut: [LeftOut]
  let leftOutFaces: Int64

  init(_ comparison: Faced_V1_ReindexComparison) {
    compared = comparison.comparedFaces
    agreeing = comparison.agreeingFaces
    before = Distances(comparison.before)
    after = Distances(comparison.after)
    changed = comparison.changed.map { change in
      Change(
        face: change.face, identity: change.displayName, before: Self.near(change.before),
        after: Self.near(change.after))
    }
    leftOut = comparison.leftOut.map {
      LeftOut(face: $0.face, identity: $0.displayName, reason: Self.word($0.reason))
    }
    leftOutFaces = comparison.leftOutFaces
  }

  private static func near(_ near: Faced_V1_NearestIdentity) -> Near {
    Near(identity: near.displayName, distance: near.distance)
  }

  static func word(_ reason: Faced_V1_LeftOutFace.Reason) -> String {
    switch reason {
    case .noCrop: "NO_CROP"
    case .cropDamaged: "CROP_DAMAGED"
    default: "UNKNOWN"
    }
  }

  func print(json: Bool) {
    if json { return Terminal.printJSON(self) }
    guard compared > 0 else { return Terminal.print("nothing could be compared: no identity has two faces yet") }
    Terminal.print("the nearest identity is the same for \(agreeing) of \(compared) faces")
    Terminal.printTable(
      ["", "MODEL", "OWN PERSON", "NEAREST OTHER", "OWN WITHIN", "OTHERS WITHIN"],
      [("before", before), ("after", after)].map { name, model in
        [
          name, String(model.model.prefix(12)), Self.text(model.own), Self.text(model.nearestOther),
          "\(model.ownWithinThreshold)", "\(model.othersWithinThreshold)",
        ]
      })
    for change in changed {
      Terminal.print(
        "\(change.face) of \(change.identity): was \(Self.text(change.before)), now \(Self.text(change.after))")
    }
    for face in leftOut { Terminal.print("\(face.face) of \(face.identity) is left out: \(face.reason)") }
    if leftOutFaces > leftOut.count { Terminal.print("and \(leftOutFaces - Int64(leftOut.count)) more are left out") }
  }

  private static func text(_ near: Near) -> String {
    "\(near.identity) at \(String(format: "%.3f", near.distance))"
  }

  private static func text(_ quantiles: Distances.Quantiles?) -> String {
    guard let quantiles else { return "-" }
    return String(format: "%.3f (%.3f to %.3f)", quantiles.median, quantiles.low, quantiles.high)
  }
}
