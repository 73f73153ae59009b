internal import COpenBLAS

/// c = a·b + beta·c over row-major matrices, each with its own distance between lines; c is rows × columns, and
/// `inner` the dimension summed over.
enum MatrixProduct {
  /// a: rows × inner, b: inner × columns.
  static func plain(
    rows: Int, columns: Int, inner: Int, a: UnsafePointer<Float>, aPitch: Int, b: UnsafePointer<Float>, bPitch: Int,
    beta: Float, c: UnsafeMutablePointer<Float>, cPitch: Int
  ) {
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, numericCast(rows), numericCast(columns), numericCast(inner), 1, a,
      numericCast(aPitch), b, numericCast(bPitch), beta, c, numericCast(cPitch))
  }

  /// a: inner × rows, taken transposed, b: inner × columns.
  static func transposedPlain(
    rows: Int, columns: Int, inner: Int, a: UnsafePointer<Float>, aPitch: Int, b: UnsafePointer<Float>, bPitch: Int,
    beta: Float, c: UnsafeMutablePointer<Float>, cPitch: Int
  ) {
    cblas_sgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, numericCast(rows), numericCast(columns), numericCast(inner), 1, a,
      numericCast(aPitch), b, numericCast(bPitch), beta, c, numericCast(cPitch))
  }
}
