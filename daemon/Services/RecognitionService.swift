import FaceAPI
import FaceEngine
import FaceTypes
import GRPCCore
import SwiftProtobuf

struct RecognitionService: Faced_V1_RecognitionService.SimpleServiceProtocol {
  let engine: FaceEngine

  func enroll(request: Faced_V1_EnrollRequest, context: ServerContext) async throws -> Faced_V1_EnrollResponse {
    try await answering { try await engine.answer(request) }
  }

  func enrollStream(
    request: RPCAsyncSequence<Faced_V1_EnrollRequest, any Error>, response: RPCWriter<Faced_V1_EnrollStreamResponse>,
    context: ServerContext
  ) async throws {
    try await BulkEnrolment(engine: engine).run(request, response)
  }

  func identify(
    request: Faced_V1_IdentifyRequest, context: ServerContext
  ) async throws -> Faced_V1_IdentifyResponse {
    try await answering {
      let question = try IdentifyRequest(request)
      return .init(try await engine.identify(question), in: question.gallery)
    }
  }

  func identifyStream(
    request: RPCAsyncSequence<Faced_V1_IdentifyRequest, any Error>,
    response: RPCWriter<Faced_V1_IdentifyStreamResponse>, context: ServerContext
  ) async throws {
    try await BulkIdentification(engine: engine).run(request, response)
  }

  func verify(request: Faced_V1_VerifyRequest, context: ServerContext) async throws -> Faced_V1_VerifyResponse {
    try await answering {
      let result = try await engine.verify(try VerifyRequest(request))
      return .with {
        $0.verified = result.isVerified
        $0.distance = Double(result.distance)
        $0.threshold = Double(result.threshold)
        $0.model = ResourceName.model(result.model)
        $0.warnings = result.warnings.map(Faced_V1_PhotoWarning.init)
      }
    }
  }

  func detect(request: Faced_V1_DetectRequest, context: ServerContext) async throws -> Faced_V1_DetectResponse {
    try await answering {
      .init(
        try await engine.detect(
          [UInt8](request.photo), from: request.hasMinimumFace ? try MinimumFace(request.minimumFace) : nil))
    }
  }
}
