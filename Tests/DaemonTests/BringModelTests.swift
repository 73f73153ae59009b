import Foundation
import Testing

/// An ONNX file becomes the model that answers: added, calibrated on who is enrolled, and switched to by a reindex.
@Suite struct BringModelTests {
  private struct Added: Decodable {
    let model: String
    let embeddingSize: Int
    let findings: [String]?
  }

  /// A network of OpenFace's shape: the small model's, by our own writer.
  private static func network(_ work: TemporaryFolder) throws -> String {
    let file = work.file("unnamed.onnx")
    let output = try DaemonProcess.run(
      "facetrain", ["export", "--model", DaemonProcess.Manifest.model("small"), "--format", "onnx", "--output", file])
    #expect(output.status == 0, "\(output.errors)")
    return file
  }

  @Test func anONNXFileAnswersInTheEnd() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let daemon = try DaemonProcess(data: try TemporaryFolder())
      let network = try Self.network(work)
      // Nobody is there to calibrate on.
      let early = try daemon.facectl(["model", "add", network, "--json"])
      #expect(early.status != 0)
      #expect(try early.objects(Failed.self).first?.error.reason == "TOO_FEW_PEOPLE", "\(early.text)\(early.errors)")

      #expect(try daemon.facectl(["enroll", try work.gallery(people: 14, pictures: 3)]).status == 0)
      let wrong = try daemon.facectl(["model", "add", network, "--preset", "deepface", "--json"])
      #expect(try wrong.objects(Failed.self).first?.error.reason == "PRESET_UNKNOWN", "\(wrong.text)\(wrong.errors)")
      let other = try daemon.facectl(["model", "add", network, "--preset", "arcface", "--json"])
      #expect(try other.objects(Failed.self).first?.error.reason == "MODEL_REFUSED", "\(other.text)\(other.errors)")

      let output = try daemon.facectl(["model", "add", network, "--json"])
      let added = try #require(try output.objects(Added.self).first, "\(output.text)\(output.errors)")
      let said = try #require(added.findings?.joined(separator: "\n"))
      #expect(said.contains("OpenFace") && said.contains("14 people") && said.contains("RGB"), "\(said)")
      #expect(added.embeddingSize == 128)
      let text = try daemon.facectl(["model", "add", network])
      #expect(text.status == 0 && text.text.contains("taken for OpenFace"), "\(text.text)\(text.errors)")

      let reindex = try daemon.facectl(["reindex", "start", added.model, "--watch"])
      #expect(reindex.status == 0, "\(reindex.text)\(reindex.errors)")
      let models = try daemon.facectl(["model", "list", "--json"]).objects(ListedModel.self)
      #expect(models.first(where: \.active)?.model == added.model)
      var right = 0
      for person in 0..<14 as Range<UInt64> {
        let picture = try work.picture(person, view: 9)
        let answer = try daemon.facectl(["identify", picture, "--json"]).objects(Identified.self).first
        #expect(answer?.model == "models/\(added.model)")
        if answer?.faces.first?.candidates.first?.identity == "p\(person)" { right += 1 }
      }
      #expect(right >= 10, "\(right) of 14")
    }
  }

  @Test func faceAtTheStartSaysWhatToDo() async throws {
    try await onOwnThread {
      let work = try TemporaryFolder()
      let network = try Self.network(work)
      let model = work.file("imported.safetensors")
      #expect(try DaemonProcess.run("facetrain", ["import", "--onnx", network, "--output", model]).status == 0)
      for file in [network, model] {
        let data = try TemporaryFolder()
        let output = try DaemonProcess.run(
          "faced", ["--data", data.path, "--address", "127.0.0.1:0", "--model", file])
        #expect(output.status != 0)
        #expect((output.text + output.errors).contains("facectl model add"), "\(output.text)\(output.errors)")
      }
    }
  }
}
