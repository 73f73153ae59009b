import GRPCCore
import SwiftProtobuf

/// The protocol's version v1alpha.
struct ReflectionV1Alpha: Grpc_Reflection_V1alpha_ServerReflection.SimpleServiceProtocol {
  let pool: DescriptorPool

  func serverReflectionInfo(
    request: RPCAsyncSequence<Grpc_Reflection_V1alpha_ServerReflectionRequest, any Error>,
    response: RPCWriter<Grpc_Reflection_V1alpha_ServerReflectionResponse>, context: ServerContext
  ) async throws {
    var sent: Set<String> = []
    for try await message in request {
      let answer = pool.answer(.init(message), &sent)
      try await response.write(.init(answer, to: message))
    }
  }
}

extension ReflectionService.Question {
  fileprivate init(_ message: Grpc_Reflection_V1alpha_ServerReflectionRequest) {
    switch message.messageRequest {
    case .fileByFilename(let name): self = .file(name)
    case .fileContainingSymbol(let symbol): self = .symbol(symbol)
    case .fileContainingExtension(let wanted):
      self = .fileOfExtension(type: wanted.containingType, number: wanted.extensionNumber)
    case .allExtensionNumbersOfType(let type): self = .extensionNumbers(type)
    case .listServices: self = .services
    case nil: self = .nothing
    }
  }
}

extension Grpc_Reflection_V1alpha_ServerReflectionResponse {
  fileprivate init(_ answer: ReflectionService.Answer, to request: Grpc_Reflection_V1alpha_ServerReflectionRequest) {
    self.init()
    validHost = request.host
    originalRequest = request
    switch answer {
    case .files(let files): fileDescriptorResponse.fileDescriptorProto = files
    case .extensionNumbers(let type, let numbers):
      allExtensionNumbersResponse.baseTypeName = type
      allExtensionNumbersResponse.extensionNumber = numbers
    case .services(let names): listServicesResponse.service = names.map { name in .with { $0.name = name } }
    case .failure(let code, let message):
      errorResponse.errorCode = Int32(code.rawValue)
      errorResponse.errorMessage = message
    }
  }
}
