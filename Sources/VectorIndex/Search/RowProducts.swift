internal import CVectorKernels

/// Inner products of one row of a table with others that lie anywhere in it.
package enum RowProducts {
  /// The width that a row of so many components has in the table: filled up with zeros.
  package static func width(_ dimension: Int) -> Int { (dimension + 15) / 16 * 16 }

  /// - Parameters:
  ///   - places: of the other rows; all lie within the table.
  ///   - table: rows of `width` numbers, which is a multiple of 16.
  ///   - products: gets one for each of the others, in their order.
  package static func of(
    _ row: Int, with places: [Int32], in table: [Float], width: Int, into products: inout [Float]
  ) {
    if products.count < places.count {
      products += [Float](repeating: 0, count: places.count - products.count)
    }
    table.withUnsafeBufferPointer { table in
      guard let start = table.baseAddress else { return }
      Kernels.active.inner_gather(start + row * width, start, places, places.count, width, &products)
    }
  }
}
