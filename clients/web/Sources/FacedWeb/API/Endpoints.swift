import FaceAPI
import HTTPTypes
import SwiftProtobuf

/// Every method that HTTP offers.
extension Endpoint {
  private typealias Recognition = Faced_V1_RecognitionService.Method
  private typealias Galleries = Faced_V1_GalleryService.Method
  private typealias Models = Faced_V1_ModelService.Method

  static let gallery = "galleries/{gallery}"
  private static let identity = "galleries/{gallery}/identities/{identity}"
  private static let face = "galleries/{gallery}/faces/{face}"

  static let all: [Endpoint] =
    recognition + galleries + review + corrections + models + tokens + operation + [.cluster, .check]

  private typealias Server = Faced_V1_ServerService.Method

  private static let operation: [Endpoint] = [
    .unary(
      .get, "/v1/status", Server.GetServerStatus.descriptor, Faced_V1_GetServerStatusRequest.self,
      Faced_V1_ServerStatus.self, "The daemon's state and limits."),
    .unary(
      .get, "/v1/status/lastHour", Server.GetLastHour.descriptor, Faced_V1_GetLastHourRequest.self,
      Faced_V1_LastHour.self, "The last hour: calls, how long their parts took, and why some were refused."),
    .unary(
      .get, "/v1/diagnosis", Server.Diagnose.descriptor, Faced_V1_DiagnoseRequest.self, Faced_V1_Diagnosis.self,
      "What is wrong with the daemon, and what to do."),
  ]

  private static let recognition: [Endpoint] = [
    .unary(
      .post, "/v1/\(gallery)/enroll", Recognition.Enroll.descriptor, Faced_V1_EnrollRequest.self,
      Faced_V1_EnrollResponse.self, bound: ("gallery", gallery), photo: "photo", "Enroll the face of a photograph."),
    .unary(
      .post, "/v1/\(gallery)/identify", Recognition.Identify.descriptor, Faced_V1_IdentifyRequest.self,
      Faced_V1_IdentifyResponse.self, bound: ("gallery", gallery), photo: "photo", "Say who is in a photograph."),
    .unary(
      .post, "/v1/\(gallery)/verify", Recognition.Verify.descriptor, Faced_V1_VerifyRequest.self,
      Faced_V1_VerifyResponse.self, bound: ("gallery", gallery), photo: "photo",
      "Say whether a photograph shows the claimed person."),
    .unary(
      .post, "/v1/detect", Recognition.Detect.descriptor, Faced_V1_DetectRequest.self, Faced_V1_DetectResponse.self,
      photo: "photo", "Say where the faces of a photograph are. Nothing is kept."),
    .unary(
      .post, "/v1/embed", Faced_V1_VectorService.Method.Embed.descriptor, Faced_V1_EmbedRequest.self,
      Faced_V1_EmbedResponse.self, photo: "photo", "The vectors of a photograph's faces. Nothing is kept."),
  ]

  private static let galleries: [Endpoint] = [
    .unary(
      .get, "/v1/galleries", Galleries.ListGalleries.descriptor, Faced_V1_ListGalleriesRequest.self,
      Faced_V1_ListGalleriesResponse.self, "List the galleries."),
    .unary(
      .post, "/v1/galleries", Galleries.CreateGallery.descriptor, Faced_V1_CreateGalleryRequest.self,
      Faced_V1_Gallery.self, "Make a gallery."),
    .unary(
      .get, "/v1/\(gallery)", Galleries.GetGallery.descriptor, Faced_V1_GetGalleryRequest.self, Faced_V1_Gallery.self,
      bound: ("name", gallery), "One gallery."),
    .unary(
      .patch, "/v1/\(gallery)", Galleries.UpdateGallery.descriptor, Faced_V1_UpdateGalleryRequest.self,
      Faced_V1_Gallery.self, bound: ("name", gallery), "Change a gallery's description and policy for enrolments."),
    .unary(
      .delete, "/v1/\(gallery)", Galleries.DeleteGallery.descriptor, Faced_V1_DeleteGalleryRequest.self,
      Google_Protobuf_Empty.self, bound: ("name", gallery), "Erase a gallery with everything in it."),
    .unary(
      .get, "/v1/\(gallery)/identities", Galleries.ListIdentities.descriptor, Faced_V1_ListIdentitiesRequest.self,
      Faced_V1_ListIdentitiesResponse.self, bound: ("parent", gallery), "List a gallery's identities, oldest first."),
    .unary(
      .post, "/v1/\(gallery)/identities", Galleries.CreateIdentity.descriptor, Faced_V1_CreateIdentityRequest.self,
      Faced_V1_Identity.self, bound: ("parent", gallery), "Make an identity without faces."),
    .unary(
      .get, "/v1/\(identity)", Galleries.GetIdentity.descriptor, Faced_V1_GetIdentityRequest.self,
      Faced_V1_Identity.self, bound: ("name", identity), "One identity."),
    .unary(
      .patch, "/v1/\(identity)", Galleries.RenameIdentity.descriptor, Faced_V1_RenameIdentityRequest.self,
      Faced_V1_Identity.self, bound: ("name", identity), "Give an identity another display name."),
    .unary(
      .patch, "/v1/\(identity)/labels", Galleries.UpdateIdentityLabels.descriptor,
      Faced_V1_UpdateIdentityLabelsRequest.self, Faced_V1_Identity.self, bound: ("name", identity),
      "Set labels of an identity, and take some away."),
    .unary(
      .delete, "/v1/\(identity)", Galleries.DeleteIdentity.descriptor, Faced_V1_DeleteIdentityRequest.self,
      Google_Protobuf_Empty.self, bound: ("name", identity), "Erase an identity with its faces."),
    .unary(
      .get, "/v1/\(identity)/faces", Galleries.ListFaces.descriptor, Faced_V1_ListFacesRequest.self,
      Faced_V1_ListFacesResponse.self, bound: ("parent", identity), "List an identity's faces."),
    .unary(
      .get, "/v1/\(gallery)/faces", Galleries.ListFaces.descriptor, Faced_V1_ListFacesRequest.self,
      Faced_V1_ListFacesResponse.self, bound: ("parent", gallery), "List a gallery's faces."),
    .unary(
      .delete, "/v1/\(face)", Galleries.DeleteFace.descriptor, Faced_V1_DeleteFaceRequest.self,
      Google_Protobuf_Empty.self, bound: ("name", face), "Erase a face."),
    .unary(
      .get, "/v1/\(face)/crop", Galleries.GetFaceCrop.descriptor, Faced_V1_GetFaceCropRequest.self,
      Faced_V1_FaceCrop.self, bound: ("name", face), "The kept crop of a face."),
  ]

  private static let models: [Endpoint] = [
    .unary(
      .get, "/v1/models", Models.ListModels.descriptor, Faced_V1_ListModelsRequest.self,
      Faced_V1_ListModelsResponse.self, "List the models."),
    .unary(
      .get, "/v1/reindexJobs", Models.ListReindexJobs.descriptor, Faced_V1_ListReindexJobsRequest.self,
      Faced_V1_ListReindexJobsResponse.self, "List the reindex jobs, newest first."),
    .unary(
      .post, "/v1/reindexJobs", Models.StartReindex.descriptor, Faced_V1_StartReindexRequest.self,
      Faced_V1_ReindexJob.self, "Start a reindex."),
    .unary(
      .get, "/v1/reindexJobs/{job}", Models.GetReindexJob.descriptor, Faced_V1_GetReindexJobRequest.self,
      Faced_V1_ReindexJob.self, bound: ("name", "reindexJobs/{job}"), "One reindex job; 'latest' is the newest."),
    .unary(
      .post, "/v1/reindexJobs/{job}/cancel", Models.CancelReindexJob.descriptor, Faced_V1_CancelReindexJobRequest.self,
      Faced_V1_ReindexJob.self, bound: ("name", "reindexJobs/{job}"), "Cancel a reindex."),
    .unary(
      .post, "/v1/reindexJobs/{job}/pause", Models.PauseReindexJob.descriptor, Faced_V1_PauseReindexJobRequest.self,
      Faced_V1_ReindexJob.self, bound: ("name", "reindexJobs/{job}"), "Let a reindex stand still."),
    .unary(
      .post, "/v1/reindexJobs/{job}/resume", Models.ResumeReindexJob.descriptor, Faced_V1_ResumeReindexJobRequest.self,
      Faced_V1_ReindexJob.self, bound: ("name", "reindexJobs/{job}"),
      "Go on with a reindex; switch where it asks whether to."),
    .unary(
      .post, "/v1/reindexJobs/rollBack", Models.RollBackReindex.descriptor, Faced_V1_RollBackReindexRequest.self,
      Faced_V1_ReindexJob.self, "Go back to the model before."),
    .unary(
      .get, "/v1/reindexJobs/{job}/comparison", Models.CompareReindexJob.descriptor,
      Faced_V1_CompareReindexJobRequest.self, Faced_V1_ReindexComparison.self, bound: ("name", "reindexJobs/{job}"),
      "What the switch would change."),
  ]

  private typealias Access = Faced_V1_AccessService.Method

  private static let tokens: [Endpoint] = [
    .unary(
      .get, "/v1/tokens", Access.ListTokens.descriptor, Faced_V1_ListTokensRequest.self,
      Faced_V1_ListTokensResponse.self, "List the tokens, without their secrets."),
    .unary(
      .post, "/v1/tokens", Access.CreateToken.descriptor, Faced_V1_CreateTokenRequest.self,
      Faced_V1_CreateTokenResponse.self, "Make a token. Its secret is shown this once."),
    .unary(
      .delete, "/v1/tokens/{token}", Access.RevokeToken.descriptor, Faced_V1_RevokeTokenRequest.self,
      Google_Protobuf_Empty.self, bound: ("name", "tokens/{token}"), "End a token."),
  ]
}
