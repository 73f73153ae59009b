import FaceAPI
import Foundation
import GRPCCore
import HTTPTypes
import Hummingbird

/// A refusal as CompreFace says it: a message, and a number of its list.
struct CompreFaceFailure: Error {
  let status: HTTPResponse.Status
  let code: Int
  let message: String

  static let missingKey = Self(status: .badRequest, code: 20, message: "Missing header: x-api-key")
  static let missingPhoto = Self(status: .badRequest, code: 34, message: "Required request part is not present")
  static let subjectNotFound = Self(status: .notFound, code: 42, message: "There is no subject of that name")
  static let noFace = Self(status: .badRequest, code: 28, message: "No face is found in the given image")

  static func missing(_ parameter: String) -> Self {
    Self(status: .badRequest, code: 33, message: "Required parameter '\(parameter)' is not present")
  }

  private init(status: HTTPResponse.Status, code: Int, message: String) {
    (self.status, self.code, self.message) = (status, code, message)
  }

  /// - Throws: what is not a refusal.
  init(_ error: any Error) throws {
    switch error {
    case let failure as CompreFaceFailure: self = failure
    case let failure as HTTPFailure: self.init(status: failure.status, code: 0, message: failure.message)
    case let failure as RPCError:
      let known = HTTPFailure(failure)
      let (status, code) = Self.numbers[known.reason] ?? (known.status, 0)
      self.init(status: status, code: code, message: known.reason == "NO_FACE" ? Self.noFace.message : known.message)
    default: throw error
    }
  }

  /// By the daemon's reason.
  private static let numbers: [String: (HTTPResponse.Status, Int)] = [
    "NO_FACE": (.badRequest, 28), "SEVERAL_FACES": (.badRequest, 31), "NOT_AN_IMAGE": (.badRequest, 21),
    "IDENTITY_NOT_FOUND": (.notFound, 42), "ALREADY_EXISTS": (.badRequest, 43), "FACE_NOT_FOUND": (.notFound, 11),
    "INVALID_ARGUMENT": (.badRequest, 36),
  ]

  private struct Body: Encodable {
    let message: String
    let code: Int
  }

  var response: Response {
    .json((try? JSONEncoder().encode(Body(message: message, code: code))) ?? Data(), status: status)
  }
}
