import FaceAPI
import FaceEngine

extension FaceEngine {
  /// Enrolls what the message says, or says what enrolling it would do. Whom the face looks like is told to callers who may
  /// know it.
  func answer(_ message: Faced_V1_EnrollRequest) async throws -> Faced_V1_EnrollResponse {
    var request = try EnrollRequest(message)
    request.namesOthers = Caller.current.has(.identify)
    guard message.dryRun else { return .init(try await enroll(request)) }
    return .init(try await preview(request), request.identity)
  }
}
