internal import FaceNet
internal import FaceTypes

/// LFW's protocol by a model's distances and by what the paper names beside them, fitted to training pictures.
package enum Rivals {
  /// - Parameters:
  ///   - fit: a folder of training people.
  ///   - components: how many principal components to try.
  package static func rows(
    _ representation: some FaceRepresentation, images: String, landmarks: LandmarkTable, pairs: PairList,
    fit: PictureFolder, components: [Int]
  ) throws -> [GroupReport.Rival] {
    let training = try Evaluation.embeddings(representation, folder: fit, side: 0)
    let identity = fit.identity
    let (embeddings, places) = try Evaluation.embeddings(
      representation, images: images, landmarks: landmarks, pairs: pairs)
    func row(_ name: String, _ distance: (Int, Int) -> Double) -> GroupReport.Rival {
      let report = VerificationReport(
        folds: pairs.folds.map { fold in
          fold.map { pair in
            (distance: Float(distance(places[pair.first] ?? 0, places[pair.second] ?? 0)), same: pair.same)
          }
        })
      return GroupReport.Rival(
        name: name, accuracy: report.accuracy, accuracyDeviation: report.accuracyDeviation,
        validationRate: report.validationRate, validationRateDeviation: report.validationRateDeviation,
        equalErrorRate: report.equalErrorRate)
    }
    func bayesian(_ name: String, _ training: [Embedding], _ embeddings: [Embedding]) throws -> GroupReport.Rival {
      let model = try JointBayesian(training, identity: identity)
      let coordinates = embeddings.map(model.coordinates)
      return row(name) { model.distance(coordinates[$0], coordinates[$1]) }
    }
    let dimension = training.first?.dimension ?? 0
    var rows = [
      row("squared distance, \(dimension) numbers") { Double(embeddings[$0].squaredDistance(to: embeddings[$1])) }
    ]
    for count in components where count < dimension {
      let project = try PrincipalComponents(training, count: count)
      let (fitted, projected) = (training.map { project($0) }, embeddings.map { project($0) })
      rows.append(
        row("PCA, \(count) components") { Double(projected[$0].squaredDistance(to: projected[$1])) })
      rows.append(try bayesian("Joint Bayesian on these", fitted, projected))
    }
    rows.append(try bayesian("Joint Bayesian, \(dimension) numbers", training, embeddings))
    return rows
  }
}
