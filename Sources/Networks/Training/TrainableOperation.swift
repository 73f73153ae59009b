/// What one pass over a batch is about.
struct Pass {
  let count: Int
  /// Batch statistics, and everything kept that backward needs; otherwise running statistics.
  let training: Bool
  let workers: Workers
  /// For one convolution's gradient before normalisation and activation at a time.
  let resultGradient: GrowingBuffer
}

/// One operation of a plan with its maps, parameters and what it keeps between forward and backward.
protocol TrainableOperation: AnyObject {
  /// Floats of scratch memory that one slice needs.
  var scratchCount: Int { get }
  var parameters: [Parameter] { get }

  /// Output from input.
  func forward(_ pass: Pass)

  /// The input's gradient from the output's, and the parameters' gradients added to what they hold.
  /// - Parameter addsToInput: the input's gradient already holds another branch's share.
  func backward(_ pass: Pass, addsToInput: Bool)
}

extension TrainableOperation {
  var scratchCount: Int { 0 }
  var parameters: [Parameter] { [] }
}
