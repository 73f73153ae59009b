import ArgumentParser
import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf

struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure the daemon on this machine and gallery: identify, again and again.",
    discussion: """
      With a photograph, the whole way is measured: decode, detect, embed, search. Without one, the vector of a face of \
      the gallery is searched for.
      """)

  @OptionGroup var shared: SharedOptions
  @Argument(help: "A photograph of one face.") var photo: String?
  @Option(help: "The gallery.") var gallery = "default"
  @Option(help: "How long.") var seconds = 5
  @Option(help: "Calls that are under way at a time.") var clients = 4

  private struct Output: Encodable {
    let what: String
    let gallery: String
    let clients: Int
    let seconds: Double
    let calls: Int
    let refused: Int
    let callsPerSecond: Double
    let medianMilliseconds: Double?
    let p99Milliseconds: Double?

    private enum CodingKeys: String, CodingKey {
      case what, gallery, clients, seconds, calls, refused
      case callsPerSecond = "calls_per_second", medianMilliseconds = "p50_ms", p99Milliseconds = "p99_ms"
    }
  }

  func validate() throws {
    guard (1...3_600).contains(seconds) else { throw ValidationError("--seconds is 1 to 3600") }
    guard (1...256).contains(clients) else { throw ValidationError("--clients is 1 to 256") }
  }

  func run() async throws {
    let (taken, refused, elapsed) = try await shared.withDaemon { [photo, gallery, seconds, clients] client in
      var request = Faced_V1_IdentifyRequest()
      request.gallery = ResourceName.gallery(gallery)
      if let photo {
        let limit = try await Faced_V1_ServerService.Client(wrapping: client).getServerStatus(.init()).maxPhotoBytes
        switch PhotographFile.read(RawPath(photo), limit: Int(limit)) {
        case .success(let bytes): request.photo = bytes
        case .failure(let refusal): throw CommandFailure.file(photo, refusal)
        }
      } else {
        let page = try await Faced_V1_GalleryService.Client(wrapping: client)
          .listFaces(
            .with {
              $0.parent = ResourceName.gallery(gallery); $0.pageSize = 1
            })
        guard let face = page.faces.first else {
          throw CommandFailure.usage("gallery '\(gallery)' has no faces; enroll some, or give a photograph")
        }
        request.face = face.name
      }
      let service = Faced_V1_RecognitionService.Client(wrapping: client)
      _ = try await service.identify(request)
      let begin = ContinuousClock.now
      let end = begin + .seconds(seconds)
      let results = try await withThrowingTaskGroup(of: ([Double], Int).self) { [request] group in
        for _ in 0..<clients {
          group.addTask {
            var (taken, refused): ([Double], Int) = ([], 0)
            while ContinuousClock.now < end {
              let start = ContinuousClock.now
              do {
                _ = try await service.identify(request)
                taken.append(Self.milliseconds(ContinuousClock.now - start))
              } catch {
                refused += 1
              }
            }
            return (taken, refused)
          }
        }
        return try await group.reduce(into: ([Double](), 0)) { $0 = ($0.0 + $1.0, $0.1 + $1.1) }
      }
      return (results.0.sorted(), results.1, Self.milliseconds(ContinuousClock.now - begin) / 1000)
    }
    func quantile(_ share: Double) -> Double? {
      taken.isEmpty ? nil : taken[min(taken.count - 1, Int(Double(taken.count) * share))]
    }
    let output = Output(
      what: photo == nil ? "vector" : "photograph", gallery: gallery, clients: clients, seconds: elapsed,
      calls: taken.count, refused: refused, callsPerSecond: Double(taken.count) / elapsed,
      medianMilliseconds: quantile(0.5), p99Milliseconds: quantile(0.99))
    if shared.json { return Terminal.printJSON(output) }
    func format(_ number: Double?) -> String { number.map { String(format: "%.1f", $0) } ?? "-" }
    Terminal.printTable(
      ["IDENTIFY", "CLIENTS", "CALLS/S", "P50 MS", "P99 MS", "REFUSED"],
      [
        [
          output.what, String(clients), format(output.callsPerSecond), format(output.medianMilliseconds),
          format(output.p99Milliseconds), String(refused),
        ]
      ])
  }

  private static func milliseconds(_ duration: Duration) -> Double {
    let (seconds, attoseconds) = duration.components
    return Double(seconds) * 1000 + Double(attoseconds) / 1e15
  }
}
