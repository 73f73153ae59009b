/// A convolution whose input has few channels, such as the first one on a picture, as another one that has long lines:
/// over a copy of the input with its border of zeros, in which one row of the window is one run of floats.
///
/// The weights stay as they lie: a row's taps and channels together are the channels of the new window.
struct PaddedRows {
  /// Floats of one line that are worth a turn of the direct kernels.
  static let shortestLine = 8

  /// The copy's size.
  let padded: Shape
  /// The convolution over the copy, for a map with `padded.channels` floats a pixel.
  let window: Window

  /// Nil where the lines are long enough as they lie, or too short even so.
  init?(_ window: Window) {
    let line = window.kernelWidth * window.input.channels
    guard window.input.channels < Self.shortestLine, line >= Self.shortestLine,
      window.outputHeight * window.outputWidth > 1,
      window.outputHeight * window.outputWidth * window.kernelHeight <= DirectConvolution.longestTable
    else { return nil }
    padded = Shape(
      height: window.input.height + 2 * window.padding, width: window.input.width + 2 * window.padding,
      channels: window.input.channels)
    var rows = window
    rows.input = padded
    rows.input.channels = line
    rows.kernelWidth = 1
    rows.padding = 0
    self.window = rows
  }
}
