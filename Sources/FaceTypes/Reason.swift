/// Why something was refused or failed: the API's reasons, which stay, for programs. A text for people comes with each.
///
/// On the wire it is the `reason` of a google.rpc.ErrorInfo of the domain `faced`, or of a `Problem` in a stream.
public enum Reason: String, CaseIterable, Hashable, Sendable, CustomStringConvertible {
  // MARK: The request

  /// A value is out of its range, or contradicts another.
  case invalidArgument = "INVALID_ARGUMENT"
  /// The name of a gallery, identity or resource cannot be one.
  case invalidName = "INVALID_NAME"
  /// The request is no message of the method's kind.
  case undecodableRequest = "UNDECODABLE_REQUEST"
  /// A method that takes one message got more.
  case tooManyMessages = "TOO_MANY_MESSAGES"
  /// A method that takes a message got none.
  case noMessage = "NO_MESSAGE"
  case messageTooLarge = "MESSAGE_TOO_LARGE"
  /// The client went away, or its deadline has passed.
  case cancelled = "CANCELLED"

  // MARK: Photographs and faces

  /// The bytes are no picture of a kind that is known.
  case notAnImage = "NOT_AN_IMAGE"
  /// Bytes or pixels are beyond a limit.
  case imageTooLarge = "IMAGE_TOO_LARGE"
  case imageDamaged = "IMAGE_DAMAGED"
  /// The decoder failed, and not because of the picture.
  case imageFailed = "IMAGE_FAILED"
  case noFace = "NO_FACE"
  /// There are several, and the request does not say which.
  case severalFaces = "SEVERAL_FACES"
  /// No face lies in the box that the request names.
  case faceNotThere = "FACE_NOT_THERE"
  /// The face is too weak to be recognised again.
  case lowQuality = "LOW_QUALITY"
  case detectionFailed = "DETECTION_FAILED"
  case embeddingFailed = "EMBEDDING_FAILED"

  // MARK: Enrolments that a gallery's policy refuses

  /// The very photograph is enrolled as somebody else.
  case samePhotograph = "SAME_PHOTOGRAPH"
  /// A search would take the face for another identity.
  case looksLikeOther = "LOOKS_LIKE_OTHER"
  /// The face is far from the identity's others.
  case unlikeOwnFaces = "UNLIKE_OWN_FACES"
  case tooSmall = "TOO_SMALL"
  case blurred = "BLURRED"
  case poorLight = "POOR_LIGHT"
  case turnedAway = "TURNED_AWAY"
  case unsureFace = "UNSURE_FACE"

  // MARK: Galleries, identities, faces

  case notFound = "NOT_FOUND"
  case alreadyExists = "ALREADY_EXISTS"
  /// What is stored forbids it now; the text says what.
  case failedPrecondition = "FAILED_PRECONDITION"
  case galleryNotFound = "GALLERY_NOT_FOUND"
  case identityNotFound = "IDENTITY_NOT_FOUND"
  case identityHasNoFaces = "IDENTITY_HAS_NO_FACES"
  case faceNotFound = "FACE_NOT_FOUND"
  /// The photograph was enrolled and its face deleted since; `again` enrolls it anew.
  case faceDeletedSince = "FACE_DELETED_SINCE"
  /// The gallery keeps no crops, or did not when the face was enrolled.
  case cropNotKept = "CROP_NOT_KEPT"
  case cropDamaged = "CROP_DAMAGED"
  /// A crop of an import is no JPEG within its limits.
  case cropUnusable = "CROP_UNUSABLE"
  case tooManyFaces = "TOO_MANY_FACES"
  /// Too few people, or faces of them, to calibrate on.
  case tooFewPeople = "TOO_FEW_PEOPLE"
  case notCalibrated = "NOT_CALIBRATED"

  // MARK: Models and vectors

  case invalidVector = "INVALID_VECTOR"
  /// The vector is another model's than the one that answers.
  case modelMismatch = "MODEL_MISMATCH"
  /// The active model changed while the call ran; send it again.
  case modelChanged = "MODEL_CHANGED"
  case modelNotFound = "MODEL_NOT_FOUND"
  /// Several models begin with these digits.
  case modelAmbiguous = "MODEL_AMBIGUOUS"
  case modelActive = "MODEL_ACTIVE"
  /// No family of ONNX files has that name.
  case presetUnknown = "PRESET_UNKNOWN"
  /// The file is no model that can serve.
  case modelRefused = "MODEL_REFUSED"
  case modelNotKept = "MODEL_NOT_KEPT"
  case modelDamaged = "MODEL_DAMAGED"
  case modelMissing = "MODEL_MISSING"
  case detectorRefused = "DETECTOR_REFUSED"
  case uploadsFull = "UPLOADS_FULL"
  case uploadSilent = "UPLOAD_SILENT"
  /// Vectors that answer, or that a job is making, are not dropped.
  case vectorsInUse = "VECTORS_IN_USE"

  // MARK: Reindex jobs

  case reindexRunning = "REINDEX_RUNNING"
  /// Another daemon of the same store runs the job; ask that one.
  case reindexElsewhere = "REINDEX_ELSEWHERE"
  case alreadyActive = "ALREADY_ACTIVE"
  case jobNotFound = "JOB_NOT_FOUND"
  case jobEnded = "JOB_ENDED"
  case jobSuperseded = "JOB_SUPERSEDED"
  /// The models agree less than the job asks for.
  case agreementTooLow = "AGREEMENT_TOO_LOW"
  case nothingToCompare = "NOTHING_TO_COMPARE"
  case nothingToRollBack = "NOTHING_TO_ROLL_BACK"

  // MARK: The daemon and its data

  /// It has too much to do; the answer says when to come again.
  case busy = "BUSY"
  case stopping = "STOPPING"
  /// The database that holds the store does not answer.
  case storeUnavailable = "STORE_UNAVAILABLE"
  /// The server that searches does not answer; faces are enrolled meanwhile.
  case searchUnavailable = "SEARCH_UNAVAILABLE"
  /// The server that searches lacks many faces, which are being put there.
  case searchBehind = "SEARCH_BEHIND"
  case storeFailed = "STORE_FAILED"
  case storeDamaged = "STORE_DAMAGED"
  /// Another daemon has the data folder open.
  case storeInUse = "STORE_IN_USE"
  /// A newer faced wrote the store.
  case storeTooNew = "STORE_TOO_NEW"
  case directoryUnusable = "DIRECTORY_UNUSABLE"
  case indexFailed = "INDEX_FAILED"
  case `internal` = "INTERNAL"

  // MARK: Access

  case tokenRequired = "TOKEN_REQUIRED"
  case tokenMalformed = "TOKEN_MALFORMED"
  case tokenUnknown = "TOKEN_UNKNOWN"
  case tokenExpired = "TOKEN_EXPIRED"
  case tokenNotFound = "TOKEN_NOT_FOUND"
  case tooManyTokens = "TOO_MANY_TOKENS"
  case tokensNotWritten = "TOKENS_NOT_WRITTEN"
  case certificateUnknown = "CERTIFICATE_UNKNOWN"
  /// A token stands for the certificate already.
  case certificateKnown = "CERTIFICATE_KNOWN"
  case scopeMissing = "SCOPE_MISSING"
  case galleryForbidden = "GALLERY_FORBIDDEN"
  /// The peer was refused too often; it waits.
  case tooManyRefusals = "TOO_MANY_REFUSALS"

  // MARK: Looking after it

  case auditLogUnreadable = "AUDIT_LOG_UNREADABLE"
  case retentionNotWritten = "RETENTION_NOT_WRITTEN"
  case backupNotTaken = "BACKUP_NOT_TAKEN"
  case exportNotTaken = "EXPORT_NOT_TAKEN"

  /// The reason as it stands on the wire.
  public var description: String { rawValue }
}
