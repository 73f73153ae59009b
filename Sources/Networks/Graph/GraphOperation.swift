/// One operation of a `Graph`. Meanings are those of the ONNX operators of like names; maps are N×C×H×W.
///
/// Operands that are called weights, biases, scales, shifts or slopes are constants of the graph; the others are
/// computed values, and either in `binary`.
public enum GraphOperation: Sendable, Hashable, Codable {
  /// Operands: a map, weights (filters × channels of a group × kernel height × width) and, where there is one, a bias
  /// (filters).
  case convolution(GraphWindow, groups: Int)
  /// Operands: rows (… × K), weights (K × outputs) and, where there is one, a bias (outputs).
  case matrixProduct
  /// scale·x + shift for each channel (axis 1). Operands: a value, scales (C), shifts (C).
  case affine
  /// Operands: a value; slopes (C) for `parametric`.
  case activation(GraphActivation)
  /// Operands: two values, broadcast as numpy does; one of them may be a constant.
  case binary(GraphBinary)
  case unary(GraphUnary)
  /// Padding never wins.
  case maxPool(GraphWindow)
  /// - Parameter countsPadding: divides by the whole window, else by its part on the map.
  case averagePool(GraphWindow, countsPadding: Bool)
  case concatenation(axis: Int)
  case resize(GraphResize)
  /// The same numbers in row-major order under another shape.
  case reshape([Int])
  /// Axis i of the result is axis `permutation[i]` of the operand.
  case transpose([Int])
  /// `count` entries of an axis from `start`, every `step`-th.
  case slice(axis: Int, start: Int, step: Int, count: Int)
  case softmax(axis: Int)
  /// Over some axes, which stay with a length of 1.
  case reduction(GraphReduction, axes: [Int])
  /// x / max(‖x‖₂, least) along an axis.
  case l2Normalise(axis: Int, least: Float)
}

/// An elementwise function that follows a layer.
public enum GraphActivation: Sendable, Hashable, Codable {
  case relu
  /// x below 0 is multiplied by `slope`.
  case leaky(slope: Float)
  /// x below 0 is multiplied by its channel's slope (He et al. 2015, equation 1).
  case parametric
  case clip(low: Float, high: Float)
  /// 1 / (1 + e⁻ˣ)
  case sigmoid
}

/// An operation on two values, element by element.
public enum GraphBinary: String, Sendable, Hashable, Codable {
  case add, subtract, multiply, divide, maximum, minimum
}

/// An operation on one value, element by element.
public enum GraphUnary: String, Sendable, Hashable, Codable {
  case squareRoot, exponential, logarithm, magnitude, negative, reciprocal, hyperbolicTangent, square
}

/// What becomes of the entries along the reduced axes.
public enum GraphReduction: String, Sendable, Hashable, Codable {
  case sum, mean, maximum, sumOfSquares
  /// √Σx²
  case l2
}

/// A sliding window with everything that ONNX lets it have.
public struct GraphWindow: Sendable, Hashable, Codable {
  /// Rows of the kernel, 1 to `Graph.Limit.kernel`.
  public var kernelHeight: Int
  /// Columns of the kernel, 1 to `Graph.Limit.kernel`.
  public var kernelWidth: Int
  /// Rows from one window to the next, 1 to `Graph.Limit.stride`.
  public var strideHeight = 1
  /// Columns from one window to the next, 1 to `Graph.Limit.stride`.
  public var strideWidth = 1
  /// Rows of padding above the map.
  public var top = 0
  /// Columns of padding left of the map.
  public var left = 0
  /// Rows of padding below the map.
  public var bottom = 0
  /// Columns of padding right of the map.
  public var right = 0
  /// Rows from one row of the kernel to the next: 1 for a dense kernel.
  public var dilationHeight = 1
  /// Columns from one column of the kernel to the next: 1 for a dense kernel.
  public var dilationWidth = 1

  /// A dense window that moves by one pixel, without padding.
  public init(kernelHeight: Int, kernelWidth: Int) {
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
  }

  /// Rows and columns that a kernel spans.
  var spanHeight: Int { (kernelHeight - 1) * dilationHeight + 1 }
  var spanWidth: Int { (kernelWidth - 1) * dilationWidth + 1 }
}

/// Scaling of a map's height and width.
public struct GraphResize: Sendable, Hashable, Codable {
  /// Where a result's pixel falls between pixels of the operand: the nearest, or a weighted mean of four.
  public enum Interpolation: String, Sendable, Hashable, Codable {
    case nearest, linear
  }

  /// From a place x of the result to one of the operand, for a scale s and lengths n (operand) and m (result).
  public enum Coordinates: String, Sendable, Hashable, Codable {
    /// x / s
    case asymmetric
    /// (x + ½) / s − ½
    case halfPixel
    /// The same, and 0 where the result has one pixel.
    case halfPixelOrZero
    /// x (n − 1) / (m − 1)
    case alignedCorners
  }

  /// How `nearest` chooses.
  public enum Rounding: String, Sendable, Hashable, Codable {
    case halfDown, halfUp, floor, ceiling
  }

  /// Rows of the result.
  public var height: Int
  /// Columns of the result.
  public var width: Int
  /// The s of `Coordinates` for rows: result length over operand length, as the file gives it.
  public var scaleHeight: Double
  /// The s of `Coordinates` for columns.
  public var scaleWidth: Double
  /// How the operand's pixels become one of the result.
  public var interpolation: Interpolation
  /// Which place of the operand a pixel of the result stands for.
  public var coordinates: Coordinates
  /// Only used by `.nearest`.
  public var rounding: Rounding

  /// `Graph` checks the sizes when the operation is added to it.
  public init(
    height: Int, width: Int, scaleHeight: Double, scaleWidth: Double, interpolation: Interpolation,
    coordinates: Coordinates, rounding: Rounding
  ) {
    (self.height, self.width, self.scaleHeight, self.scaleWidth) = (height, width, scaleHeight, scaleWidth)
    (self.interpolation, self.coordinates, self.rounding) = (interpolation, coordinates, rounding)
  }
}
