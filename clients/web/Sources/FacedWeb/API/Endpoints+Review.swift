import FaceAPI
import HTTPTypes
import SwiftProtobuf

/// Looking after a gallery: who is alike, what calibrates it, and corrections of who is who.
extension Endpoint {
  private typealias Review = Faced_V1_ReviewService.Method
  private typealias Calibrations = Faced_V1_CalibrationService.Method

  static let review: [Endpoint] = [
    .unary(
      .get, "/v1/\(gallery)/apart", Review.ListApart.descriptor, Faced_V1_ListApartRequest.self,
      Faced_V1_ListApartResponse.self, bound: ("parent", gallery), "List who is noted as different people."),
    .unary(
      .post, "/v1/apart", Review.KeepApart.descriptor, Faced_V1_KeepApartRequest.self, Faced_V1_ApartPair.self,
      "Note that two identities are not the same person."),
    .unary(
      .post, "/v1/apart/forget", Review.ForgetApart.descriptor, Faced_V1_ForgetApartRequest.self,
      Google_Protobuf_Empty.self, "Forget that two identities are not the same person."),
    .unary(
      .get, "/v1/\(gallery)/calibration", Calibrations.GetGalleryCalibration.descriptor,
      Faced_V1_GetGalleryCalibrationRequest.self, Faced_V1_GalleryCalibration.self, bound: ("gallery", gallery),
      "A gallery's own calibration."),
    .unary(
      .post, "/v1/\(gallery)/calibration", Calibrations.CalibrateGallery.descriptor,
      Faced_V1_CalibrateGalleryRequest.self, Faced_V1_CalibrateGalleryResponse.self, bound: ("gallery", gallery),
      "Calibrate a gallery on its own people."),
    .unary(
      .delete, "/v1/\(gallery)/calibration", Calibrations.DropGalleryCalibration.descriptor,
      Faced_V1_DropGalleryCalibrationRequest.self, Google_Protobuf_Empty.self, bound: ("gallery", gallery),
      "Forget a gallery's own calibration."),
    .unary(
      .post, "/v1/\(gallery)/thresholds", Calibrations.EstimateThresholds.descriptor,
      Faced_V1_EstimateThresholdsRequest.self, Faced_V1_EstimateThresholdsResponse.self, bound: ("gallery", gallery),
      "What strict and lenient would mean in a gallery, by its own faces."),
  ]

  private typealias Correction = Faced_V1_CorrectionService.Method

  static let corrections: [Endpoint] = [
    .unary(
      .post, "/v1/merge", Correction.MergeIdentities.descriptor, Faced_V1_MergeIdentitiesRequest.self,
      Faced_V1_CorrectionResponse.self, "Give all faces of one identity to another; the first is gone then."),
    .unary(
      .post, "/v1/move", Correction.MoveFaces.descriptor, Faced_V1_MoveFacesRequest.self,
      Faced_V1_CorrectionResponse.self, "Give faces of one identity to another."),
    .unary(
      .post, "/v1/split", Correction.SplitIdentity.descriptor, Faced_V1_SplitIdentityRequest.self,
      Faced_V1_CorrectionResponse.self, "Split some faces of an identity off into a new one."),
    .unary(
      .get, "/v1/\(gallery)/changes", Correction.ListChanges.descriptor, Faced_V1_ListChangesRequest.self,
      Faced_V1_ListChangesResponse.self, bound: ("parent", gallery), "List a gallery's corrections, newest first."),
    .unary(
      .post, "/v1/\(gallery)/changes/{change}/undo", Correction.UndoChange.descriptor,
      Faced_V1_UndoChangeRequest.self, Faced_V1_CorrectionResponse.self,
      bound: ("name", "\(gallery)/changes/{change}"), "Take a correction back."),
  ]
}
