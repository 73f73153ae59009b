package import FaceTypes

extension FaceStore {
  /// Keeps what a gallery says of itself under a model, in place of what it said before.
  ///
  /// - Parameter bytes: whatever the caller reads again; at most `StoreLimits.calibrationBytes`.
  /// - Throws: `notFound` for an unknown gallery or model; `invalidArgument`.
  package func putCalibration(_ gallery: GalleryID, model: ModelID, _ bytes: [UInt8]) async throws(StoreError) {
    guard bytes.count <= StoreLimits.calibrationBytes else {
      throw StoreError(.invalidArgument, "a calibration is at most \(StoreLimits.calibrationBytes) bytes")
    }
    // Alone, like every change of what goes with a model.
    try await writer.submit(alone: true) { transaction throws(StoreError) in
      let gallery = try transaction.gallery(gallery)
      _ = try transaction.model(model)
      var record = RecordWriter()
      record.put(raw: bytes)
      transaction.put(Key.calibration(gallery.number, model), record.bytes)
    }
  }

  /// What the gallery says of itself under the model; nil where it was not calibrated.
  ///
  /// - Throws: `notFound` for an unknown gallery.
  package func calibration(_ gallery: GalleryID, model: ModelID) throws(StoreError) -> [UInt8]? {
    try readFixed { view throws(StoreError) in
      guard let value = try view.value(Key.calibration(try view.gallery(gallery).number, model)) else { return nil }
      var reader = try RecordReader(value, "calibration")
      return try reader.rest(UInt8.self)
    }
  }

  /// Forgets it; one that is not there is passed over.
  ///
  /// - Throws: `notFound` for an unknown gallery.
  package func deleteCalibration(_ gallery: GalleryID, model: ModelID) async throws(StoreError) {
    try await writer.submit { transaction throws(StoreError) in
      transaction.delete(Key.calibration(try transaction.gallery(gallery).number, model))
    }
  }
}

extension Transaction {
  /// Forgets every gallery's calibration under a model that goes. Only in a group of its own.
  mutating func forgetCalibrations(of model: ModelID) throws(StoreError) {
    var keys: [[UInt8]] = []
    try view.scan(Key.range(.calibration)) { key, _ throws(StoreError) in
      if key.dropFirst(9).elementsEqual(model.bytes) { keys.append(key) }
      return true
    }
    for key in keys { delete(key) }
  }
}
