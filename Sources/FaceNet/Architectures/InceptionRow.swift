internal import Networks

/// One row of the paper's Inception tables (Table 2): what each branch of a module has.
struct InceptionRow {
  enum Pool {
    /// Max pooling and a 1×1 projection to so many filters.
    case max(Int)
    /// L2 pooling and a 1×1 projection to so many filters.
    case l2(Int)
    /// Max pooling of stride 2, passed on as it is.
    case pass
  }

  var name: String
  var one: Int
  var three: (reduce: Int, filters: Int)
  var five: (reduce: Int, filters: Int)
  var pool: Pool

  init(_ name: String, _ one: Int, _ three: (Int, Int), _ five: (Int, Int), _ pool: Pool) {
    self.name = name
    self.one = one
    self.three = three
    self.five = five
    self.pool = pool
  }

  /// The row with every number of filters replaced; empty branches stay empty.
  func scaled(_ filters: (Int) -> Int) -> InceptionRow {
    func scale(_ count: Int) -> Int { count == 0 ? 0 : filters(count) }
    var row = self
    row.one = scale(one)
    row.three = (scale(three.reduce), scale(three.filters))
    row.five = (scale(five.reduce), scale(five.filters))
    switch pool {
    case .max(let projection): row.pool = .max(scale(projection))
    case .l2(let projection): row.pool = .l2(scale(projection))
    case .pass: break
    }
    return row
  }

  /// The module: 1×1, 3×3 and 5×5 convolutions, the latter two behind 1×1 reductions, and a pooled branch, side by
  /// side. A column of 0 is a branch that the table leaves empty; `pass` makes the whole module one of stride 2.
  func layers(_ normalisation: Normalisation) -> LayerDefinition {
    var stride = 1
    if case .pass = pool { stride = 2 }
    func convolution(_ part: String, _ filters: Int, _ kernel: Int, stride: Int = 1) -> LayerDefinition {
      .convolution(
        name: part, filters: filters, kernel: kernel, stride: stride, padding: kernel / 2,
        activation: true, normalisation: normalisation)
    }
    var branches: [[LayerDefinition]] = []
    if one > 0 { branches.append([convolution("1x1", one, 1)]) }
    if three.filters > 0 {
      branches.append([
        convolution("3x3_reduce", three.reduce, 1), convolution("3x3", three.filters, 3, stride: stride),
      ])
    }
    if five.filters > 0 {
      branches.append([
        convolution("5x5_reduce", five.reduce, 1), convolution("5x5", five.filters, 5, stride: stride),
      ])
    }
    switch pool {
    case .max(let projection):
      branches.append([.maxPool(kernel: 3, stride: 1, padding: 1), convolution("pool", projection, 1)])
    case .l2(let projection):
      branches.append([.l2Pool(kernel: 3, stride: 1, padding: 1), convolution("pool", projection, 1)])
    case .pass:
      branches.append([.maxPool(kernel: 3, stride: 2, padding: 1)])
    }
    return .branches(name: "inception_\(name)", branches)
  }
}
