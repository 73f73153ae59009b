import FaceAPI
import Foundation
import GRPCCore
import Images
import SwiftProtobuf

extension Faced_V1_GalleryService.Client {
  /// An enrolled face's picture for a sheet; nil where its gallery keeps none, or it is gone since.
  ///
  /// - Throws: `SCOPE_MISSING` where the caller may not read kept crops.
  func keptCrop(_ face: String, side: Int) async throws -> Image? {
    do {
      return SheetFile.thumbnail(try await getFaceCrop(.with { $0.name = face }).image, side: side)
    } catch let error as RPCError where error.code == .failedPrecondition || error.code == .notFound {
      return nil
    }
  }

  /// The same, with a grey square in place of none.
  func keptCell(
    _ face: String, _ captions: [String], _ verdict: ContactSheet.Verdict = .plain, side: Int
  ) async throws -> ContactSheet.Cell {
    let crop = try await keptCrop(face, side: side)
    return ContactSheet.Cell(
      image: crop ?? Image(width: side, height: side, colour: Colour(120, 120, 120)),
      captions: captions + (crop == nil ? ["no picture"] : []), verdict: verdict)
  }
}
