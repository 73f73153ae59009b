import ArgumentParser
import CoreTransport
import FaceAPI
import GRPCCore
import Hummingbird

@main
struct FacedWeb: AsyncParsableCommand {
  func run() async throws {
    let router = Router()
    router.get("/") { _, _ in "ok" }
    let app = Application(router: router)
    try await app.runService()
  }
}
