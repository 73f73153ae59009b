/// What a convolution or product that could work on bytes is given, as it runs.
package struct WatchedInput {
  /// The name of its weights.
  package let name: String
  package let multiplyAdds: Int
  /// `channels` numbers of each pixel, `pitch` apart; valid during the call alone.
  let values: UnsafePointer<Float>
  let pixels: Int
  let channels: Int
  let pitch: Int

  /// Calls `body` with every `step`-th number.
  package func forEach(every step: Int, _ body: (Float) -> Void) {
    for index in stride(from: 0, to: pixels * channels, by: step) {
      body(values[index / channels * pitch + index % channels])
    }
  }

  package var count: Int { pixels * channels }
}
