/// Notices that training has gone nowhere: the loss is no number, or all embeddings have become alike.
package struct CollapseWatch {
  /// So many steps in a row with embeddings all alike stop a run.
  package static let patience = 100
  /// Below this mean squared distance between different people, embeddings are all alike.
  package static let alike: Float = 0.01

  private var steps = 0

  package init() {}

  /// - Throws: `.collapsed` with advice.
  mutating package func look(_ record: StepRecord) throws(TrainingError) {
    guard record.loss.isFinite else {
      throw TrainingError(
        .collapsed, "the loss is no number at step \(record.step): lower optimisation.learningRate or lengthen warmUp")
    }
    steps = record.meanNegative < Self.alike ? steps + 1 : 0
    guard steps < Self.patience else {
      throw TrainingError(
        .collapsed,
        "the embeddings are all alike (mean squared distance of different people \(record.meanNegative), triplet loss "
          + "\(record.tripletLoss)) since \(steps) steps, step \(record.step): select 'semiHard' or 'random' triplets, lower "
          + "optimisation.learningRate, or start from a model trained with targets")
    }
  }
}
