import Foundation
import GRPCCore
import SwiftProtobuf

/// grpc.reflection.v1 and v1alpha: what a server serves, for generic clients.
public struct ReflectionService: Sendable {
  let pool: DescriptorPool

  /// - Parameter descriptors: a google.protobuf.FileDescriptorSet with all imports, as `protoc --include_imports
  ///   --descriptor_set_out` writes it.
  /// - Throws: where it is not one.
  public init(descriptors: Data) throws {
    pool = try DescriptorPool(Google_Protobuf_FileDescriptorSet(serializedBytes: descriptors))
  }

  /// The services to register: one for each version of the protocol.
  public var services: [any RegistrableRPCService] { [ReflectionV1(pool: pool), ReflectionV1Alpha(pool: pool)] }

  /// What is asked for.
  enum Question {
    case file(String)
    case symbol(String)
    case fileOfExtension(type: String, number: Int32)
    case extensionNumbers(String)
    case services
    case nothing
  }

  enum Answer {
    case files([Data])
    case extensionNumbers(type: String, [Int32])
    case services([String])
    case failure(code: Status.Code, String)
  }
}

extension DescriptorPool {
  /// - Parameter sent: files that the stream has had already.
  func answer(_ question: ReflectionService.Question, _ sent: inout Set<String>) -> ReflectionService.Answer {
    switch question {
    case .file(let name): files(name, &sent, orSay: "there is no file '\(name)'")
    case .symbol(let symbol): files(file(declaring: symbol), &sent, orSay: "nothing is called '\(symbol)'")
    case .fileOfExtension(let type, let number):
      files(file(declaring: number, of: type), &sent, orSay: "'\(type)' has no extension \(number)")
    case .extensionNumbers(let type):
      extensionNumbers(of: type).map { .extensionNumbers(type: type, $0) }
        ?? .failure(code: .notFound, "there is no message '\(type)'")
    case .services: .services(services)
    case .nothing: .failure(code: .invalidArgument, "the request asks for nothing")
    }
  }

  private func files(
    _ name: String?, _ sent: inout Set<String>, orSay message: String
  ) -> ReflectionService.Answer {
    name.flatMap { encoded($0, without: &sent) }.map { .files($0) } ?? .failure(code: .notFound, message)
  }
}
