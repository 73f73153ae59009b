internal import FaceNet
internal import FaceStore
public import FaceTypes
internal import Foundation

extension FaceEngine {
  /// What searches of a gallery go by: its own calibration where it has one, and the model's otherwise.
  func searchCalibration(
    _ gallery: GalleryID, _ model: ServingModel
  ) throws(EngineError) -> (table: SearchCalibration, source: CalibrationSource) {
    guard let own = try calibration(gallery, model) else {
      return (model.calibration.search, .model(model.calibration.measuredOn))
    }
    return (own.search, .gallery(own))
  }

  /// The gallery's own calibration under the active model; nil where it has none.
  ///
  /// - Throws: `GALLERY_NOT_FOUND`.
  public func calibration(_ gallery: GalleryID) throws(EngineError) -> GalleryCalibration? {
    _ = try requireGallery(gallery)
    return try calibration(gallery, currentView().active)
  }

  /// Forgets it: decisions go by the model's again.
  ///
  /// - Throws: `GALLERY_NOT_FOUND`.
  public func dropCalibration(_ gallery: GalleryID) async throws(EngineError) {
    _ = try requireGallery(gallery)
    let model = currentView().active
    try await translating { () async throws(StoreError) in
      try await store.deleteCalibration(gallery, model: model.id)
    }
    model.forgetCalibration(of: gallery)
  }

  func keep(_ calibration: GalleryCalibration, of gallery: GalleryID, _ model: ServingModel) async throws(EngineError) {
    guard let json = try? JSONEncoder().encode(calibration) else {
      throw EngineError(.internal, .internal, "a calibration cannot be written as JSON")
    }
    try await translating { () async throws(StoreError) in
      try await store.putCalibration(gallery, model: model.id, [UInt8](json))
    }
    model.forgetCalibration(of: gallery)
  }

  private func calibration(_ gallery: GalleryID, _ model: ServingModel) throws(EngineError) -> GalleryCalibration? {
    try model.calibration(of: gallery) { () throws(EngineError) in
      let kept = try translating { () throws(StoreError) in try store.calibration(gallery, model: model.id) }
      guard let kept else { return nil }
      guard let calibration = try? JSONDecoder().decode(GalleryCalibration.self, from: Data(kept)) else {
        throw EngineError(
          .dataLoss, .storeDamaged,
          "the calibration of gallery '\(gallery)' cannot be read; `facectl gallery calibrate \(gallery) --drop` forgets it"
        )
      }
      return calibration
    }
  }
}
