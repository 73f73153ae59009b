public import FaceTypes

/// Two identities of a gallery that look alike and are not the same person.
public struct ApartPair: Hashable, Sendable {
  /// The one with the lesser number.
  public let first: IdentityID
  /// The one with the greater number.
  public let second: IdentityID
  /// Milliseconds since 1970 UTC.
  public let createdAt: Int64
}

extension FaceStore {
  /// Notes that two identities are not the same person, or forgets it.
  ///
  /// - Throws: `notFound`; `invalidArgument` for one identity twice, and where one would have more than
  ///   `StoreLimits.apartPerIdentity` pairs.
  package func setApart(
    _ gallery: GalleryID, _ a: IdentityID, _ b: IdentityID, _ isApart: Bool
  ) async throws(StoreError) {
    let now = options.now()
    // Alone: a merge and a deletion walk the committed pairs.
    try await writer.submit(alone: true) { transaction throws(StoreError) in
      let gallery = try transaction.gallery(gallery)
      for id in [a, b] { _ = try transaction.identity(id, in: gallery) }
      guard a != b else { throw StoreError(.invalidArgument, "an identity cannot be kept apart from itself") }
      guard isApart else { return transaction.join(a, b, in: gallery) }
      for id in [a, b] where try transaction.view.apart(id, in: gallery).count >= StoreLimits.apartPerIdentity {
        throw StoreError(
          .invalidArgument, "identity \(id) is kept apart from \(StoreLimits.apartPerIdentity) others already")
      }
      transaction.keepApart(a, b, in: gallery, now: now)
    }
  }

  /// Whom an identity is kept apart from.
  ///
  /// - Throws: `notFound` for an unknown gallery.
  package func apart(_ gallery: GalleryID, from identity: IdentityID) throws(StoreError) -> Set<IdentityID> {
    try readFixed { view throws(StoreError) in Set(try view.apart(identity, in: try view.gallery(gallery))) }
  }

  /// The next `limit` pairs, in the order of their numbers.
  ///
  /// - Throws: `notFound` for an unknown gallery.
  package func apartPairs(
    _ gallery: GalleryID, after: (IdentityID, IdentityID)? = nil, limit: Int
  ) throws(StoreError) -> [ApartPair] {
    try readFixed { view throws(StoreError) in
      let number = try view.gallery(gallery).number
      let all = Key.range(.apart, number)
      var pairs: [ApartPair] = []
      try view.scan(after.map { all.after(Key.apart(number, $0.0, $0.1)) } ?? all) { key, value throws(StoreError) in
        let (first, second) = (IdentityID(try Key.number(1, of: key)), IdentityID(try Key.number(2, of: key)))
        // Each pair is there both ways.
        guard first < second else { return true }
        var reader = try RecordReader(value, "pair kept apart")
        pairs.append(ApartPair(first: first, second: second, createdAt: try reader.integer()))
        return pairs.count < limit
      }
      return pairs
    }
  }
}

extension View {
  /// Whom an identity is kept apart from, ascending.
  func apart(_ identity: IdentityID, in gallery: GalleryEntry) throws(StoreError) -> [IdentityID] {
    var others: [IdentityID] = []
    try scan(Key.range(.apart, gallery.number, identity.value)) { key, _ throws(StoreError) in
      others.append(IdentityID(try Key.number(2, of: key)))
      return true
    }
    return others
  }
}

extension Transaction {
  mutating func keepApart(_ a: IdentityID, _ b: IdentityID, in gallery: GalleryEntry, now: Int64) {
    var writer = RecordWriter()
    writer.put(now)
    put(Key.apart(gallery.number, a, b), writer.bytes)
    put(Key.apart(gallery.number, b, a), writer.bytes)
  }

  mutating func join(_ a: IdentityID, _ b: IdentityID, in gallery: GalleryEntry) {
    delete(Key.apart(gallery.number, a, b))
    delete(Key.apart(gallery.number, b, a))
  }

  /// Forgets all pairs of an identity that goes. Only in a group of its own.
  mutating func forgetApart(_ identity: IdentityID, in gallery: GalleryEntry) throws(StoreError) {
    for other in try view.apart(identity, in: gallery) { join(identity, other, in: gallery) }
  }

  /// Gives the pairs of an identity that a merge takes away to the one that it becomes.
  ///
  /// - Returns: what giving them back needs.
  mutating func moveApart(
    from: IdentityID, to into: IdentityID, in gallery: GalleryEntry, now: Int64
  ) throws(StoreError) -> [ChangePayload.Apart] {
    var moved: [ChangePayload.Apart] = []
    for other in try view.apart(from, in: gallery) {
      guard other != into else {
        throw StoreError(
          .failedPrecondition,
          "identities \(from) and \(into) are noted as different people; `facectl identity apart --forget` takes that back"
        )
      }
      let wasKnown = try value(Key.apart(gallery.number, into, other)) != nil
      moved.append(.init(other: other, wasKnown: wasKnown))
      join(from, other, in: gallery)
      if !wasKnown { keepApart(into, other, in: gallery, now: now) }
    }
    return moved
  }

  /// Gives back what `moveApart` gave, as far as the others are still there.
  mutating func moveApartBack(
    _ moved: [ChangePayload.Apart], from into: IdentityID, to former: IdentityID, in gallery: GalleryEntry, now: Int64
  ) throws(StoreError) {
    for pair in moved where try find(pair.other, in: gallery) != nil {
      if !pair.wasKnown { join(into, pair.other, in: gallery) }
      keepApart(former, pair.other, in: gallery, now: now)
    }
  }
}
