import ArgumentParser
import FaceAPI
import FaceTypes
import Foundation
import Images
import SwiftProtobuf
import SyntheticFaces

/// What is identified under load.
enum LoadKind: String, CaseIterable, ExpressibleByArgument, Codable {
  case vectors, photographs
}

/// The requests of one kind, again and again in turn.
struct LoadProbes: Sendable {
  let requests: [Faced_V1_IdentifyRequest]

  init(vectors: [[Float]], model: String) {
    requests = vectors.map { values in
      .with {
        $0.gallery = ResourceName.gallery(.default)
        $0.model = model
        $0.vectors = [.with { $0.values = values }]
      }
    }
  }

  init(photographs: [Data]) {
    requests = photographs.map { photograph in
      .with {
        $0.gallery = ResourceName.gallery(.default)
        $0.photo = photograph
        $0.selection = .largest
      }
    }
  }

  /// The JPEG and PNG files of a folder, or drawn ones.
  static func photographs(_ folder: String?) throws -> [Data] {
    guard let folder else {
      return try (0..<24).map { person in
        Data(try SyntheticFace(identity: UInt64(person)).photograph(.snapshot(seed: UInt64(person))).encodeJPEG())
      }
    }
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    let wanted = names.filter { ["jpg", "jpeg", "png"].contains(($0 as NSString).pathExtension.lowercased()) }
    guard !wanted.isEmpty else { throw ValidationError("there is no JPEG or PNG file in '\(folder)'") }
    return try wanted.map { try Data(contentsOf: URL(fileURLWithPath: folder + "/" + $0)) }
  }
}
