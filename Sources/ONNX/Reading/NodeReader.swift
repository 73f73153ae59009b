internal import Networks

/// What a node's result, or the graph's input, is known to be.
enum Known {
  /// Found at run time.
  case computed(Graph.Value)
  case constant(ConstantTensor)
}

/// A node's attributes, with their defaults and their errors.
struct NodeReader {
  let node: NodeMessage

  var title: String { node.title }

  func unsupported(_ what: String) -> ONNXError { ONNXError(.unsupported, "\(title): \(what)") }

  func mismatch(_ what: String) -> ONNXError { ONNXError(.mismatch, "\(title): \(what)") }

  func integer(_ name: String, _ other: Int) throws(ONNXError) -> Int {
    switch node.attributes[name] {
    case nil: return other
    case .integer(let value): return Int(value)
    default: throw mismatch("its attribute '\(name)' is no whole number")
    }
  }

  func integers(_ name: String) throws(ONNXError) -> [Int]? {
    switch node.attributes[name] {
    case nil: return nil
    case .integers(let values): return values.map { Int($0) }
    default: throw mismatch("its attribute '\(name)' is no list of whole numbers")
    }
  }

  func float(_ name: String, _ other: Float) throws(ONNXError) -> Float {
    switch node.attributes[name] {
    case nil: return other
    case .float(let value): return value
    default: throw mismatch("its attribute '\(name)' is no float")
    }
  }

  func floats(_ name: String) throws(ONNXError) -> [Float]? {
    switch node.attributes[name] {
    case nil: return nil
    case .floats(let values): return values
    default: throw mismatch("its attribute '\(name)' is no list of floats")
    }
  }

  func text(_ name: String, _ other: String) throws(ONNXError) -> String {
    switch node.attributes[name] {
    case nil: return other
    case .text(let value): return value
    default: throw mismatch("its attribute '\(name)' is no text")
    }
  }

  /// A window's attributes over a map of `height` × `width`.
  ///
  /// - Parameter kernel: from the weights, where there are any.
  func window(kernel: [Int]?, height: Int, width: Int) throws(ONNXError) -> GraphWindow {
    guard let sides = try integers("kernel_shape") ?? kernel, sides.count == 2, kernel == nil || sides == kernel else {
      throw unsupported("its kernel is not one of two sides; convolutions and pools over maps are imported")
    }
    let strides = try integers("strides") ?? [1, 1]
    let dilations = try integers("dilations") ?? [1, 1]
    let pads = try integers("pads") ?? [0, 0, 0, 0]
    let limit = 1...Graph.Limit.stride
    guard strides.count == 2, dilations.count == 2, pads.count == 4, strides.allSatisfy(limit.contains),
      dilations.allSatisfy(limit.contains), sides.allSatisfy((1...Graph.Limit.kernel).contains),
      pads.allSatisfy((0...Graph.Limit.kernel * Graph.Limit.stride).contains)
    else {
      throw unsupported("kernel \(sides), strides \(strides), dilations \(dilations) and pads \(pads) leave the limits")
    }
    var window = GraphWindow(kernelHeight: sides[0], kernelWidth: sides[1])
    (window.strideHeight, window.strideWidth) = (strides[0], strides[1])
    (window.dilationHeight, window.dilationWidth) = (dilations[0], dilations[1])
    (window.top, window.left, window.bottom, window.right) = (pads[0], pads[1], pads[2], pads[3])
    let rounding = try text("auto_pad", "NOTSET")
    switch rounding {
    case "NOTSET": break
    case "VALID": (window.top, window.left, window.bottom, window.right) = (0, 0, 0, 0)
    case "SAME_UPPER", "SAME_LOWER":
      // So much padding that the result has length / stride entries, rounded up.
      func pads(_ length: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> (before: Int, after: Int) {
        let needed = max(0, ((length - 1) / stride) * stride + (kernel - 1) * dilation + 1 - length)
        let small = needed / 2
        return rounding == "SAME_UPPER" ? (small, needed - small) : (needed - small, small)
      }
      (window.top, window.bottom) = pads(height, sides[0], strides[0], dilations[0])
      (window.left, window.right) = pads(width, sides[1], strides[1], dilations[1])
    default: throw unsupported("auto_pad '\(rounding)'")
    }
    return window
  }

  /// A pool's window; with `ceil_mode`, padded until windows that begin on the map fit.
  func pool(height: Int, width: Int) throws(ONNXError) -> GraphWindow {
    var window = try window(kernel: nil, height: height, width: width)
    guard try integer("ceil_mode", 0) == 1 else { return window }
    func after(_ length: Int, _ before: Int, _ after: Int, _ span: Int, _ stride: Int) -> Int {
      let room = length + before + after - span
      guard room > 0, room % stride != 0 else { return after }
      let last = (room / stride + 1) * stride
      // One that would begin in the padding is left out.
      return last >= length + before ? after : last + span - length - before
    }
    window.bottom = after(
      height, window.top, window.bottom, (window.kernelHeight - 1) * window.dilationHeight + 1, window.strideHeight)
    window.right = after(
      width, window.left, window.right, (window.kernelWidth - 1) * window.dilationWidth + 1, window.strideWidth)
    return window
  }
}
