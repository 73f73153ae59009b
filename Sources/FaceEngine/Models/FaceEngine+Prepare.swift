internal import FaceNet
internal import FaceStore
internal import FaceTypes
internal import Foundation
internal import ONNX

/// What a file was taken for and how it was calibrated.
struct PreparedModel: Sendable {
  var file: ModelFile
  /// In sentences, for whoever adds it.
  var findings: [String]
}

extension FaceEngine {
  /// Two faces of this many people, at most, are embedded to calibrate a model.
  private static let (mostPeople, facesEach) = (200, 3)
  private static let embeddedAtOnce = 4

  /// A model file that can serve: of an ONNX file one is made, and what has no calibration is calibrated on the gallery with the most
  /// people.
  ///
  /// - Parameter preset: the family of an ONNX file, by name; empty where the file is to show it.
  /// - Throws: `MODEL_REFUSED`, `PRESET_UNKNOWN`, `TOO_FEW_PEOPLE`.
  func prepare(_ bytes: [UInt8], label: String, preset: String) async throws -> PreparedModel {
    var family: EmbeddingFamily?
    if !preset.isEmpty {
      family = EmbeddingFamily(rawValue: preset.lowercased())
      guard family != nil else {
        let names = EmbeddingFamily.allCases.map(\.rawValue).joined(separator: ", ")
        throw EngineError(
          .invalidArgument, .presetUnknown, "there is no preset '\(preset)'; use one of \(names)", field: "preset")
      }
    }
    let crop: ONNXImport.Crop = family.map { .family($0) } ?? .recognised
    var prepared = try await pool.run { () throws(EngineError) in try Self.read(bytes, label: label, crop) }
    if prepared.file.metadata.calibration == nil { try await calibrate(&prepared) }
    return prepared
  }

  /// A model file as it is, or what is made of an ONNX file.
  private static func read(
    _ bytes: [UInt8], label: String, _ crop: ONNXImport.Crop
  ) throws(EngineError) -> PreparedModel {
    // After a model file's eight bytes of length its header begins.
    let isModel = bytes.count > 8 && bytes[8] == UInt8(ascii: "{")
    do throws(ModelFileError) {
      guard !isModel else {
        if case .family = crop {
          throw ModelFileError(
            .unsupported, "a preset is for ONNX files; this is a model file, which describes its own input")
        }
        return PreparedModel(file: try ModelFile(bytes: bytes), findings: [])
      }
      let network: ONNXModel
      do throws(ONNXError) {
        network = try ONNXModel(bytes: bytes)
      } catch {
        throw ModelFileError(.unsupported, "it is neither a model file nor a readable ONNX file: \(error.message)")
      }
      let name = label.hasSuffix(".onnx") ? String(label.dropLast(5)) : label
      let imported = try ONNXImport(network, name: name, crop: crop)
      return PreparedModel(file: imported.model, findings: imported.findings)
    } catch {
      throw EngineError(error)
    }
  }

  private func calibrate(_ prepared: inout PreparedModel) async throws {
    let embedder: Embedder
    do throws(ModelFileError) { embedder = try Embedder(prepared.file) } catch { throw EngineError(error) }
    guard let (gallery, people) = try largestGallery() else { throw Self.tooFew("every gallery is empty") }
    var embedded: [[Embedding]] = []
    for start in stride(from: 0, to: people.count, by: Self.embeddedAtOnce) {
      let some = Array(people[start..<min(start + Self.embeddedAtOnce, people.count)])
      embedded += try await pool.runWhenFree { [self] () throws(EngineError) in
        try some.map { faces throws(EngineError) in try embed(faces, of: gallery, embedder) }
      }
    }
    let statistics: PeopleStatistics
    do throws(ModelFileError) {
      statistics = try PeopleStatistics(embedded)
    } catch {
      throw Self.tooFew("gallery '\(gallery)': \(error.message)")
    }
    guard statistics.tellsApart else {
      throw EngineError(
        .invalidArgument, .modelRefused,
        "the model does not tell the people of gallery '\(gallery)' apart: faces of one person lie \(statistics.sameMedian) "
          + "apart and those of two people \(statistics.differentMean). Its crop or colour order may be wrong; "
          + "try another --preset")
    }
    do throws(ModelFileError) {
      var metadata = prepared.file.metadata
      metadata.calibration = try statistics.calibration("gallery '\(gallery)'")
      prepared.file = try ModelFile(
        metadata: metadata, tensors: prepared.file.tensors, storage: prepared.file.storage)
    } catch {
      throw EngineError(error)
    }
    prepared.findings.append(
      "calibrated on \(statistics.people) people of gallery '\(gallery)' with \(statistics.faces) faces: those of one person lie "
        + "\(rounded(statistics.sameMedian)) apart, those of two \(rounded(statistics.differentMean)). Rates too low to "
        + "measure on so few come from a table bundled with faced, and err on the strict side")
  }

  private func rounded(_ distance: Float) -> String { String(format: "%.2f", distance) }

  private static func tooFew(_ what: String) -> EngineError {
    EngineError(
      .failedPrecondition, .tooFewPeople,
      "the model has no calibration, and \(what). Enroll at least \(PeopleStatistics.leastPeople) people, some with two faces, "
        + "under the model that answers now, and add this one again; or run `facetrain calibrate` on it with pictures of your own"
    )
  }

  /// The gallery with the most people who have a kept crop, and some faces of each of some of them, evenly chosen.
  private func largestGallery() throws(EngineError) -> (gallery: GalleryID, people: [[FaceID]])? {
    var best: (gallery: GalleryID, people: [[FaceID]])?
    for (gallery, index) in currentView().active.allIndexes {
      let owned = Dictionary(grouping: index.identities.sorted { $0.key < $1.key }, by: \.value).mapValues {
        $0.map(\.key)
      }
      guard owned.count > best?.people.count ?? 0 else { continue }
      best = (gallery, owned.sorted { $0.key < $1.key }.map { Array($0.value.prefix(Self.facesEach)) })
    }
    guard var found = best else { return nil }
    let all = found.people
    if all.count > Self.mostPeople {
      // Those with two faces first: without them nothing is known of how near a person's faces lie.
      let several = all.filter { $0.count > 1 }
      let chosen = several.count >= Self.mostPeople ? several : several + all.filter { $0.count == 1 }
      let step = Double(several.count >= Self.mostPeople ? several.count : Self.mostPeople) / Double(Self.mostPeople)
      found.people = (0..<Self.mostPeople).map { chosen[Int(Double($0) * step)] }
    }
    return found
  }

  /// Faces whose crop is kept and can be read.
  private func embed(
    _ faces: [FaceID], of gallery: GalleryID, _ embedder: Embedder
  ) throws(EngineError) -> [Embedding] {
    var inputs: [FaceViews] = []
    for face in faces {
      let kept = try translating { () throws(StoreError) in
        (crop: try store.crop(gallery, face), record: try store.face(gallery, face))
      }
      guard let crop = kept.crop, let record = kept.record else { continue }
      if let input = try? Reembedding.input(crop, record.landmarks, embedder) { inputs.append(input) }
    }
    return try Reembedding.embed(inputs: inputs, embedder)
  }
}
