/// The records of one frame.
public enum BackupRecords {
  /// Appends one record: both lengths, then key and value.
  ///
  /// - Precondition: key and value are shorter than 4 GiB.
  public static func append(_ key: [UInt8], _ value: [UInt8], to payload: inout [UInt8]) {
    for count in [key.count, value.count] {
      for shift in 0..<4 { payload.append(UInt8(truncatingIfNeeded: count >> (8 * shift))) }
    }
    payload += key
    payload += value
  }

  /// The records of a payload in their order; O(bytes).
  ///
  /// - Throws: `BackupError` where a length reaches beyond the payload.
  public static func decode(_ payload: [UInt8]) throws(BackupError) -> [(key: [UInt8], value: [UInt8])] {
    var records: [(key: [UInt8], value: [UInt8])] = []
    var place = 0
    while place < payload.count {
      guard payload.count - place >= 8 else { throw BackupError("a record of the backup ends early") }
      let counts = [0, 4].map { offset in
        (0..<4).reversed().reduce(0) { $0 << 8 | Int(payload[place + offset + $1]) }
      }
      place += 8
      guard payload.count - place >= counts[0] + counts[1] else {
        throw BackupError("a record of the backup ends early")
      }
      records.append(
        (Array(payload[place..<place + counts[0]]), Array(payload[place + counts[0]..<place + counts[0] + counts[1]])))
      place += counts[0] + counts[1]
    }
    return records
  }
}
