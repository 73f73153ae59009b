/// Reads a database of which parts cannot be read, going on behind each of them.
struct DamagedReader {
  let records: any EngineReading

  enum Found {
    case value([UInt8])
    case nothing
    case unreadable
  }

  func value(_ key: [UInt8]) -> Found {
    do { return try records.value(key).map(Found.value) ?? .nothing } catch { return .unreadable }
  }

  /// Every record of a range that can be read.
  ///
  /// A block that cannot be read ends a cursor. The numbers that follow are then tried one by one until a record can be
  /// read, and a new cursor goes on from there.
  /// - Parameters:
  ///   - key: the key of a number; numbers in keys are big-endian, so they are in order.
  ///   - from: the first number.
  ///   - end: numbers are less than this.
  ///   - body: takes a record's key and value.
  ///   - lost: takes each number that cannot be read.
  func numbered(
    _ range: KeyRange, key: (UInt64) -> [UInt8], number: ([UInt8]) -> UInt64?, from: UInt64 = 1,
    end: UInt64,
    _ body: ([UInt8], [UInt8]) -> Void, lost: (UInt64) -> Void
  ) {
    var next = from
    while next < end {
      do {
        let cursor = records.longCursor(range)
        guard try cursor.move(to: key(next)) else { return }
        repeat {
          guard let found = number(cursor.key) else { break }
          body(cursor.key, cursor.value)
          next = found + 1
        } while try cursor.advance()
        return
      } catch {
        // Step over what cannot be read.
        stepping: while next < end {
          switch value(key(next)) {
          case .value: break stepping
          case .nothing: break
          case .unreadable: lost(next)
          }
          next += 1
        }
      }
    }
  }

  /// Every record of a range up to the first that cannot be read.
  /// - Returns: whether all could be read.
  func plain(_ range: KeyRange, _ body: ([UInt8], [UInt8]) -> Void) -> Bool {
    do {
      let cursor = records.longCursor(range)
      while try cursor.advance() { body(cursor.key, cursor.value) }
      return true
    } catch {
      return false
    }
  }
}
