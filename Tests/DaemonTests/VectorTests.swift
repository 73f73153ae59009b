import Foundation
import Testing

/// Vectors in place of photographs: imported in bulk, enrolled, identified, verified.
@Suite(.serialized) struct VectorTests {
  private struct Embedded: Decodable {
    let model: String
    let faces: [Face]
    struct Face: Decodable { let vector: [Float] }
  }

  private struct Verified: Decodable {
    let verified: Bool
    let distance: Double
  }

  /// What numpy.save writes for float32 rows.
  static func npy(
    _ rows: [[Float]], type: String = "<f4", fortran: String = "False", shape: String? = nil
  ) -> Data {
    let shape = shape ?? "(\(rows.count), \(rows.first?.count ?? 0))"
    var head = "{'descr': '\(type)', 'fortran_order': \(fortran), 'shape': \(shape), }"
    head += String(repeating: " ", count: 117 - head.utf8.count) + "\n"
    var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(head.utf8.count), 0] + Array(head.utf8))
    for value in rows.joined() { withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) } }
    return data
  }

  static func unit(_ seed: Int) -> [Float] {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    let values = (0..<128).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int64(bitPattern: state) >> 40)
    }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 / length }
  }

  private func write(_ data: Data, _ path: String) throws -> String {
    try data.write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test func aTableOfVectorsIsImportedOnceAndFound() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    // More than one message, and several faces for a name.
    let rows = (0..<2500).map(Self.unit)
    let vectors = try write(Self.npy(rows), work.file("v.npy"))
    let names = try write(Data((0..<2500).map { "person \($0 / 2)\n" }.joined().utf8), work.file("n.txt"))
    let arguments = ["import", "--vectors", vectors, "--names", names, "--json"]
    let first = try #require(try daemon.facectl(arguments).objects(TransferTests.Imported.self).first)
    #expect(first.faces == 2500 && first.added == 2500 && first.identitiesCreated == 1250)
    let again = try #require(try daemon.facectl(arguments).objects(TransferTests.Imported.self).first)
    #expect(again.added == 0 && again.known == 2500)

    let probes = try write(Self.npy([rows[17], rows[2400]]), work.file("probes.npy"))
    let found = try daemon.facectl(["identify", "--vectors", probes, "--json"]).objects(Identified.self)
    #expect(found.map { $0.faces.first?.candidates.first?.identity } == ["person 8", "person 1200"])
    #expect(found.map(\.file) == ["\(probes):0", "\(probes):1"])
    // They come out bit by bit as they went in, also after a restart.
    #expect(try daemon.facectl(["export", work.file("export")]).status == 0)
    #expect(try work.contents("export/vectors.npy").dropFirst(128) == Self.npy(rows).dropFirst(128))
  }

  @Test func vectorsAreEnrolledAndVerifiedUnderTheirModel() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let picture = try work.picture(3, view: 0)
    let embedded = try #require(try daemon.facectl(["embed", picture, "--json"]).objects(Embedded.self).first)
    let vector = try #require(embedded.faces.first?.vector)
    let file = try write(Self.npy([vector]), work.file("ada.npy"))
    let enroll = ["enroll", "--vectors", file, "--identity", "Ada", "--json"]
    let model = ["--model", embedded.model]
    #expect(try daemon.facectl(enroll + model).objects(Enrolled.self).first?.enrolledFaces == 1)
    #expect(try daemon.facectl(enroll).objects(Enrolled.self).first?.enrolledBefore == 1)
    // The photograph that the vector was made of is Ada's.
    let seen = try #require(try daemon.facectl(["identify", picture, "--json"]).objects(Identified.self).first)
    #expect(seen.faces.first?.identity == "Ada")
    func verify(_ vectors: [[Float]], _ more: [String] = []) throws -> DaemonProcess.Output {
      let probe = try write(Self.npy(vectors), work.file("probe.npy"))
      return try daemon.facectl(["verify", "--vectors", probe, "--identity", "Ada", "--json"] + more)
    }
    let own = try verify([vector], model)
    #expect(try own.status == 0 && (own.objects(Verified.self).first?.distance ?? 4) < 1e-5)
    #expect(try verify([Self.unit(1)]).status == 4)
    #expect(try verify([vector, vector]).status == 64)
    // Another model's vectors are not compared.
    for command in [
      enroll, ["identify", "--vectors", file, "--json"], ["verify", "--vectors", file, "--identity", "Ada", "--json"],
    ] {
      let refused = try daemon.facectl(command + ["--model", String(repeating: "a", count: 64)])
      #expect(try refused.status == 1 && refused.objects(Failed.self).first?.error.reason == "MODEL_MISMATCH")
    }
    #expect(try daemon.facectl(["face", "list"]).text.split(separator: "\n").count == 2)
  }

  @Test func aTableThatIsNotOneIsRefusedWithASentence() throws {
    let work = try TemporaryFolder()
    let daemon = try DaemonProcess(data: try TemporaryFolder())
    let rows = (0..<3).map(Self.unit)
    let good = Self.npy(rows)
    var (long, bad) = (rows, rows)
    long[1] = long[1].map { $0 * 1.01 }
    bad[2][5] = .nan
    let narrow = rows.map { Array($0.prefix(64)) }.map { row in
      row.map { $0 / row.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    }
    let cases: [(Data, String, String)] = [
      (Self.npy(long), "a\nb\nc\n", "row 1 has the length 1.0"), (Self.npy(bad), "a\nb\nc\n", "row 2 has a number"),
      (Self.npy(narrow), "a\nb\nc\n", "64 components"), (Self.npy(rows, type: "<f8"), "a\nb\nc\n", "'<f8'"),
      (Self.npy(rows, type: ">f4"), "a\nb\nc\n", "'>f4'"), (Self.npy(rows, fortran: "True"), "a\nb\nc\n", "Fortran"),
      (Self.npy(rows, shape: "(384,)"), "a\nb\nc\n", "shape"), (good.dropLast(4), "a\nb\nc\n", "cut off"),
      (good + Data(count: 4), "a\nb\nc\n", "cut off"), (good, "a\nb\n", "2 lines"), (good, "a\nb\nc\nd\n", "4 lines"),
      (good, "a\n\nc\n", "line 2"), (Data("a,b\n".utf8), "a\n", "not a .npy file"), (Data(), "a\n", "not a .npy file"),
    ]
    for (data, names, said) in cases {
      let vectors = try write(data, work.file("v.npy"))
      let list = try write(Data(names.utf8), work.file("n.txt"))
      let ended = try daemon.facectl(["import", "--vectors", vectors, "--names", list])
      #expect(ended.status == 1 && ended.errors.contains(said), "\(said): \(ended.errors)")
    }
    #expect(try daemon.facectl(["face", "list", "--json"]).text.isEmpty)
    // What stands at the end of the last line does not matter.
    let list = try write(Data("a\r\nb\nc".utf8), work.file("n.txt"))
    let vectors = try write(good, work.file("v.npy"))
    #expect(try daemon.facectl(["import", "--vectors", vectors, "--names", list]).status == 0)
  }
}
