/// What each method needs: the one table of who may do what.
///
/// A method that is not in the table needs `admin` for all galleries, so that one that was forgotten is closed.
enum MethodRules {
  /// What a method is about, for callers that are limited to some galleries.
  enum Reach: Sendable {
    /// The galleries that its request names, or `default` where it names none.
    case namedGalleries
    /// Nothing that belongs to a gallery.
    case noGallery
    /// All galleries.
    case everything
  }

  enum Rule: Sendable {
    /// Open to everybody, without a token.
    case open
    /// For whoever has proved who they are.
    case known
    case scope(Scope, Reach)
  }

  static func rule(_ method: String) -> Rule { table[method] ?? .scope(.admin, .everything) }

  /// By `package.Service/Method`.
  static let table: [String: Rule] = [
    "grpc.health.v1.Health/Check": .open,
    "grpc.health.v1.Health/Watch": .open,
    "grpc.health.v1.Health/List": .open,
    "grpc.reflection.v1.ServerReflection/ServerReflectionInfo": .known,
    "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo": .known,

    "faced.v1.RecognitionService/Identify": .scope(.identify, .namedGalleries),
    "faced.v1.RecognitionService/IdentifyStream": .scope(.identify, .namedGalleries),
    "faced.v1.RecognitionService/Verify": .scope(.identify, .namedGalleries),
    "faced.v1.RecognitionService/Detect": .scope(.identify, .noGallery),
    "faced.v1.RecognitionService/Enroll": .scope(.enroll, .namedGalleries),
    "faced.v1.RecognitionService/EnrollStream": .scope(.enroll, .namedGalleries),

    "faced.v1.VectorService/Embed": .scope(.identify, .noGallery),
    "faced.v1.TransferService/ExportGallery": .scope(.admin, .namedGalleries),
    "faced.v1.TransferService/ImportFaces": .scope(.enroll, .namedGalleries),
    "faced.v1.ClusterService/Cluster": .scope(.read, .namedGalleries),

    "faced.v1.GalleryService/CreateGallery": .scope(.admin, .everything),
    "faced.v1.GalleryService/GetGallery": .scope(.read, .namedGalleries),
    "faced.v1.GalleryService/ListGalleries": .scope(.read, .everything),
    "faced.v1.GalleryService/UpdateGallery": .scope(.admin, .namedGalleries),
    "faced.v1.GalleryService/DeleteGallery": .scope(.admin, .namedGalleries),
    "faced.v1.GalleryService/CreateIdentity": .scope(.enroll, .namedGalleries),
    "faced.v1.GalleryService/GetIdentity": .scope(.read, .namedGalleries),
    "faced.v1.GalleryService/ListIdentities": .scope(.read, .namedGalleries),
    "faced.v1.GalleryService/RenameIdentity": .scope(.admin, .namedGalleries),
    "faced.v1.GalleryService/UpdateIdentityLabels": .scope(.admin, .namedGalleries),
    "faced.v1.GalleryService/DeleteIdentity": .scope(.admin, .namedGalleries),
    "faced.v1.GalleryService/BatchDeleteIdentities": .scope(.admin, .namedGalleries),
    "faced.v1.GalleryService/ListFaces": .scope(.read, .namedGalleries),
    "faced.v1.GalleryService/GetFace": .scope(.read, .namedGalleries),
    "faced.v1.GalleryService/GetFaceCrop": .scope(.crops, .namedGalleries),
    "faced.v1.GalleryService/DeleteFace": .scope(.admin, .namedGalleries),

    "faced.v1.CorrectionService/MergeIdentities": .scope(.admin, .namedGalleries),
    "faced.v1.CorrectionService/SplitIdentity": .scope(.admin, .namedGalleries),
    "faced.v1.CorrectionService/MoveFaces": .scope(.admin, .namedGalleries),
    "faced.v1.CorrectionService/ListChanges": .scope(.read, .namedGalleries),
    "faced.v1.CorrectionService/UndoChange": .scope(.admin, .namedGalleries),

    "faced.v1.ReviewService/CheckGallery": .scope(.read, .namedGalleries),
    "faced.v1.ReviewService/KeepApart": .scope(.admin, .namedGalleries),
    "faced.v1.ReviewService/ForgetApart": .scope(.admin, .namedGalleries),
    "faced.v1.ReviewService/ListApart": .scope(.read, .namedGalleries),

    "faced.v1.CalibrationService/CalibrateGallery": .scope(.admin, .namedGalleries),
    "faced.v1.CalibrationService/GetGalleryCalibration": .scope(.read, .namedGalleries),
    "faced.v1.CalibrationService/DropGalleryCalibration": .scope(.admin, .namedGalleries),
    "faced.v1.CalibrationService/EstimateThresholds": .scope(.read, .namedGalleries),

    "faced.v1.ModelService/ListModels": .scope(.read, .noGallery),
    "faced.v1.ModelService/AddModel": .scope(.admin, .everything),
    "faced.v1.ModelService/StartReindex": .scope(.admin, .everything),
    "faced.v1.ModelService/GetReindexJob": .scope(.read, .everything),
    "faced.v1.ModelService/ListReindexJobs": .scope(.read, .everything),
    "faced.v1.ModelService/WatchReindexJob": .scope(.read, .everything),
    "faced.v1.ModelService/CancelReindexJob": .scope(.admin, .everything),
    "faced.v1.ModelService/PauseReindexJob": .scope(.admin, .everything),
    "faced.v1.ModelService/ResumeReindexJob": .scope(.admin, .everything),
    "faced.v1.ModelService/RollBackReindex": .scope(.admin, .everything),
    "faced.v1.ModelService/CompareReindexJob": .scope(.read, .everything),
    "faced.v1.ModelService/DropModelVectors": .scope(.admin, .everything),

    // Every client asks for the limits of the server first.
    "faced.v1.ServerService/GetServerStatus": .known,
    "faced.v1.ServerService/GetLastHour": .known,

    "faced.v1.ServerService/Diagnose": .scope(.admin, .everything),

    "faced.v1.RetentionService/SetRetention": .scope(.admin, .namedGalleries),
    "faced.v1.RetentionService/GetRetention": .scope(.read, .namedGalleries),
    "faced.v1.RetentionService/ListErasures": .scope(.read, .namedGalleries),

    "faced.v1.AccessService/CreateToken": .scope(.admin, .everything),
    "faced.v1.AccessService/ListTokens": .scope(.admin, .everything),
    "faced.v1.AccessService/RevokeToken": .scope(.admin, .everything),

    "faced.v1.AuditService/TailAuditLog": .scope(.admin, .everything),
    "faced.v1.AuditService/VerifyAuditLog": .scope(.admin, .everything),
    "faced.v1.BackupService/CreateBackup": .scope(.admin, .everything),
  ]
}
