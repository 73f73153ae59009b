internal import FaceDetection

/// The detector's loss: the focal loss of there being a face (Lin et al. 2017, equation 4, without α), and Huber's on
/// box and landmarks where there is one; both over the number of cells that should find a face.
struct DetectorLoss {
  let focus: Float
  let placeWeight: Float
  /// Numbers are in units of 8 pixels and logarithms: errors below half a pixel or 6 % of a side are squared.
  static let turn: Float = 0.06

  func evaluate(_ outputs: [Float], _ targets: [Float]) -> TaskLoss {
    var gradient = [Float](repeating: 0, count: outputs.count)
    let cells = outputs.count / FaceCode.channels
    var faces = 0
    for cell in 0..<cells where targets[cell * FaceCode.channels] > 0 { faces += 1 }
    let share = 1 / Float(max(1, faces))
    var (face, other): (Float, Float) = (0, 0)
    var place = Huber(turn: Self.turn)
    for cell in 0..<cells {
      let start = cell * FaceCode.channels
      let label = targets[start]
      if label < 0 { continue }
      let (loss, slope) = focal(label > 0 ? outputs[start] : -outputs[start])
      gradient[start] = share * (label > 0 ? slope : -slope)
      if label > 0 { face += loss } else { other += loss }
      guard label > 0 else { continue }
      for channel in 1..<FaceCode.channels {
        let slope = place.take(outputs[start + channel] - targets[start + channel])
        gradient[start + channel] = share * placeWeight * slope
      }
    }
    return TaskLoss(
      gradient: gradient, value: share * (face + other + placeWeight * place.sum),
      parts: ["face": share * face, "other": share * other, "place": share * place.sum / 14, "cells": Float(faces)])
  }

  /// −(1 − p)^γ ln p for p = σ(z), z being the logit of what is true, and its slope by z.
  func focal(_ z: Float) -> (loss: Float, slope: Float) {
    // ln p = −ln(1 + e^−z), which for very negative z is z.
    let logarithm = z > -30 ? -Turn.logarithm1p(Turn.exponential(-z)) : z
    let p = Turn.exponential(logarithm)
    let miss = 1 - p
    let weight = focus == 2 ? miss * miss : Turn.exponential(focus * Turn.logarithm1p(-min(p, 0.999_999)))
    return (-weight * logarithm, weight * (focus * p * logarithm - miss))
  }
}
