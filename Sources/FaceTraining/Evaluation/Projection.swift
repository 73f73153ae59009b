/// The few matrix products that eigenfaces need. All matrices lie row by row, with rows of `size` numbers.
enum Projection {
  /// Every row of `a` times every row of `b`: (rows of a) × (rows of b).
  static func products(_ a: [Float], _ b: [Float], size: Int) -> [Float] {
    precondition(a.count % size == 0 && b.count % size == 0)
    let (rows, columns) = (a.count / size, b.count / size)
    return a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        var result: [Float] = []
        result.reserveCapacity(rows * columns)
        for row in 0..<rows {
          for column in 0..<columns {
            result.append(dot(a.baseAddress! + row * size, b.baseAddress! + column * size, size))
          }
        }
        return result
      }
    }
  }

  /// Per column c of `weights` (rows of `columns` numbers) the sum over r of weights[r][c] times row r of `rows`.
  static func combinations(_ weights: [Float], _ rows: [Float], columns: Int, size: Int) -> [Float] {
    precondition(weights.count / columns == rows.count / size)
    var result = [Float](repeating: 0, count: columns * size)
    result.withUnsafeMutableBufferPointer { result in
      rows.withUnsafeBufferPointer { rows in
        for row in 0..<rows.count / size {
          for column in 0..<columns {
            let weight = weights[row * columns + column]
            add(weight, rows.baseAddress! + row * size, result.baseAddress! + column * size, size)
          }
        }
      }
    }
    return result
  }

  /// Gram–Schmidt, twice over for accuracy. A row that vanishes stays zero.
  static func orthonormalise(_ rows: inout [Float], size: Int) {
    rows.withUnsafeMutableBufferPointer { rows in
      for row in 0..<rows.count / size {
        let here = rows.baseAddress! + row * size
        for _ in 0..<2 {
          for earlier in 0..<row {
            let other = rows.baseAddress! + earlier * size
            add(-dot(here, other, size), other, here, size)
          }
          let length = dot(here, here, size).squareRoot()
          let factor = length > 1e-12 ? 1 / length : 0
          for index in 0..<size { here[index] *= factor }
        }
      }
    }
  }

  private static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ size: Int) -> Float {
    var sums = SIMD16<Float>.zero
    var index = 0
    while index + 16 <= size {
      let x = UnsafeRawPointer(a + index).loadUnaligned(as: SIMD16<Float>.self)
      sums += x * UnsafeRawPointer(b + index).loadUnaligned(as: SIMD16<Float>.self)
      index += 16
    }
    var sum = sums.sum()
    while index < size {
      sum += a[index] * b[index]
      index += 1
    }
    return sum
  }

  private static func add(
    _ factor: Float, _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ size: Int
  ) {
    for index in 0..<size { target[index] += factor * source[index] }
  }
}
