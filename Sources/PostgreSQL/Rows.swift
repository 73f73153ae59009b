internal import CPostgreSQL

/// What a statement answered, in binary form. It belongs to one thread at a time.
public final class Rows {
  private let handle: OpaquePointer

  init(_ handle: OpaquePointer) { self.handle = handle }

  deinit { PQclear(handle) }

  /// The number of rows; 0 for a statement that returns none.
  public var count: Int { Int(PQntuples(handle)) }

  /// Rows that an INSERT, UPDATE or DELETE changed.
  public var changed: Int { Int(String(cString: PQcmdTuples(handle))) ?? 0 }

  /// Whether a field is NULL; rows and columns count from 0.
  public func isNull(_ row: Int, _ column: Int) -> Bool { PQgetisnull(handle, Int32(row), Int32(column)) != 0 }

  /// A field's bytes, copied.
  public func bytes(_ row: Int, _ column: Int) -> [UInt8] { Array(buffer(row, column)) }

  /// Lends two fields of a row without copying them.
  public func lend<R, E: Error>(
    _ row: Int, _ first: Int, _ second: Int, _ body: (RawSpan, RawSpan) throws(E) -> R
  ) throws(E) -> R {
    try body(buffer(row, first).bytes, buffer(row, second).bytes)
  }

  /// A field of 1, 2, 4 or 8 bytes as a number.
  public func integer(_ row: Int, _ column: Int) -> Int64 {
    let bytes = buffer(row, column)
    let value = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let unused = 64 - 8 * UInt64(bytes.count)
    // The first bit of the field is its sign.
    return Int64(bitPattern: value << unused) >> Int64(unused)
  }

  private func buffer(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: PQgetvalue(handle, Int32(row), Int32(column)), count: Int(PQgetlength(handle, Int32(row), Int32(column))))
  }
}
