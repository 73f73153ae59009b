/// All squared distances between `count` vectors lying row by row: `count` × `count` numbers, row by row.
func squaredDistances(_ vectors: [Float], count: Int) -> [Float] {
  let dimension = count > 0 ? vectors.count / count : 0
  precondition(vectors.count == count * dimension)
  return vectors.withUnsafeBufferPointer { vectors in
    [Float](unsafeUninitializedCapacity: count * count) { distances, initialised in
      for a in 0..<count {
        distances[a * count + a] = 0
        for b in 0..<a {
          let sum = squaredDistance(vectors, a * dimension, b * dimension, dimension)
          distances[a * count + b] = sum
          distances[b * count + a] = sum
        }
      }
      initialised = count * count
    }
  }
}

/// ‖x − y‖² of the vectors at offsets `x` and `y`.
func squaredDistance(_ vectors: UnsafeBufferPointer<Float>, _ x: Int, _ y: Int, _ dimension: Int) -> Float {
  guard let base = vectors.baseAddress else { return 0 }
  precondition(x + dimension <= vectors.count && y + dimension <= vectors.count)
  let (a, b) = (base + x, base + y)
  var sums = SIMD8<Float>.zero
  var index = 0
  while index + 8 <= dimension {
    let u = UnsafeRawPointer(a + index).loadUnaligned(as: SIMD8<Float>.self)
    let v = UnsafeRawPointer(b + index).loadUnaligned(as: SIMD8<Float>.self)
    let d = u - v
    sums += d * d
    index += 8
  }
  var sum = sums.sum()
  while index < dimension {
    let d = a[index] - b[index]
    sum += d * d
    index += 1
  }
  return sum
}

/// Adds one triplet's gradient, times `factor` / 2: with d(a,p) = ‖a − p‖² and d(a,n) = ‖a − n‖²,
/// ∂/∂a = 2(n − p), ∂/∂p = 2(p − a), ∂/∂n = 2(a − n).
func accumulate(
  _ vectors: [Float], _ gradient: inout [Float], _ a: Int, _ p: Int, _ n: Int, _ dimension: Int, _ factor: Float
) {
  precondition(max(a, p, n) + dimension <= vectors.count && vectors.count == gradient.count)
  vectors.withUnsafeBufferPointer { x in
    gradient.withUnsafeMutableBufferPointer { d in
      for i in 0..<dimension {
        d[a + i] += factor * (x[n + i] - x[p + i])
        d[p + i] += factor * (x[p + i] - x[a + i])
        d[n + i] += factor * (x[a + i] - x[n + i])
      }
    }
  }
}
