import Foundation
import Networks
import ONNX
import TestNumbers
import Testing

/// What cannot be run is refused with a reason, whatever the bytes.
@Suite struct RefusalTests {
  private func refusal(_ bytes: [UInt8], input: [Int] = [1, 3, 8, 8]) -> ONNXError? {
    do {
      _ = try GraphNetwork(try ONNXModel(bytes: bytes).graph(input: input))
      return nil
    } catch {
      return error as? ONNXError
    }
  }

  @Test func theOperatorIsNamed() throws {
    let error = try #require(refusal(MadeFile.file([MadeFile.node("GridSample", ["x", "x"], ["y"])])))
    #expect(error.code == .unsupported)
    #expect(error.message.contains("GridSample 'node of y'"))
    var foreign = MadeFile.node("Relu", ["x"], ["y"]).text(7, "com.example")
    #expect(refusal(MadeFile.file([foreign]))?.message.contains("com.example") == true)
    foreign = MadeFile.node("Relu", ["x"], ["y"]).text(7, "ai.onnx")
    #expect(refusal(MadeFile.file([foreign])) == nil)
  }

  @Test func whatNoOutputNeedsIsNotAsked() {
    let nodes = [MadeFile.node("Relu", ["x"], ["y"]), MadeFile.node("GridSample", ["x", "x"], ["z"])]
    #expect(refusal(MadeFile.file(nodes)) == nil)
  }

  @Test func graphsThatDoNotHold() {
    #expect(refusal(MadeFile.file([]))?.code == .mismatch)
    #expect(refusal(MadeFile.file([MadeFile.node("Relu", ["later"], ["y"])]))?.code == .mismatch)
    let twice = [MadeFile.node("Relu", ["x"], ["y"]), MadeFile.node("Relu", ["x"], ["y"])]
    #expect(refusal(MadeFile.file(twice))?.code == .mismatch)
    #expect(refusal(MadeFile.file([MadeFile.node("Relu", ["y"], ["y"])]))?.code == .mismatch)
    #expect(refusal(MadeFile.file([MadeFile.node("Relu", ["x"], ["y"])]), input: [1, 3, 9, 8])?.code == .mismatch)
    #expect(refusal(MadeFile.file([MadeFile.node("Relu", ["x"], ["y"])], operatorSet: 99))?.code == .unsupported)
    let constant = [MadeFile.node("Shape", ["x"], ["s"]), MadeFile.node("Identity", ["s"], ["y"])]
    #expect(refusal(MadeFile.file(constant))?.code == .mismatch)
  }

  @Test func weightsThatDoNotFit() {
    let convolution = MadeFile.node("Conv", ["x", "w"], ["y"])
    #expect(refusal(MadeFile.file([convolution], tensors: [MadeFile.tensor("w", [4, 3, 3, 3])])) == nil)
    #expect(refusal(MadeFile.file([convolution], tensors: [MadeFile.tensor("w", [4, 2, 3, 3])]))?.code == .mismatch)
    #expect(refusal(MadeFile.file([convolution], tensors: [MadeFile.tensor("w", [4, 3, 9, 9])]))?.code == .mismatch)
    let short = MadeFile.tensor("w", [4, 3, 3, 3], bytes: 40)
    #expect(refusal(MadeFile.file([convolution], tensors: [short]))?.code == .damaged)
    let huge = MadeFile.tensor("w", [1 << 40, 1 << 40], bytes: 4)
    #expect(refusal(MadeFile.file([convolution], tensors: [huge]))?.code == .tooLarge)
    let negative = MadeFile.tensor("w", [-1, 3, 3, 3], bytes: 4)
    #expect(refusal(MadeFile.file([convolution], tensors: [negative]))?.code == .tooLarge)
    let quantised = MadeFile.tensor("w", [4, 3, 3, 3], type: 3, bytes: 108)
    #expect(refusal(MadeFile.file([convolution], tensors: [quantised]))?.code == .unsupported)
    let external = MadeFile.tensor("w", [4, 3, 3, 3]).varint(14, 1)
    #expect(refusal(MadeFile.file([convolution], tensors: [external]))?.code == .unsupported)
    for attribute in [
      MadeFile.integer("group", .max), MadeFile.integer("group", 0), MadeFile.integers("strides", [0, 1]),
      MadeFile.integers("pads", [.max, 0, .max, 0]), MadeFile.integers("dilations", [.min, 1]),
    ] {
      let node = MadeFile.node("Conv", ["x", "w"], ["y"], [attribute])
      #expect(refusal(MadeFile.file([node], tensors: [MadeFile.tensor("w", [4, 3, 3, 3])])) != nil)
    }
  }

  /// Small files that ask for much memory.
  @Test func bombs() {
    let size = MadeFile.tensor("s", [2], type: 7, integers: [1 << 20, 1 << 20])
    let filled = [MadeFile.node("ConstantOfShape", ["s"], ["c"]), MadeFile.node("Add", ["x", "c"], ["y"])]
    #expect(refusal(MadeFile.file(filled, tensors: [size]))?.code == .tooLarge)

    var doubling = [MadeFile.node("Shape", ["x"], ["d0"])]
    for step in 0..<40 {
      doubling.append(MadeFile.node("Concat", ["d\(step)", "d\(step)"], ["d\(step + 1)"], [axis(0)]))
    }
    doubling.append(MadeFile.node("Add", ["x", "d40"], ["y"]))
    #expect(refusal(MadeFile.file(doubling))?.code == .tooLarge)

    var growing: [MadeFile] = []
    for step in 0..<40 {
      growing.append(
        MadeFile.node("Concat", step == 0 ? ["x", "x"] : ["g\(step)", "g\(step)"], ["g\(step + 1)"], [axis(2)]))
    }
    growing.append(MadeFile.node("Relu", ["g40"], ["y"]))
    #expect(refusal(MadeFile.file(growing))?.code == .mismatch)

    let expand = MadeFile.node("Expand", ["x", "s"], ["y"])
    #expect(refusal(MadeFile.file([expand], tensors: [size]))?.code == .unsupported)
    #expect(refusal([UInt8](repeating: 0xff, count: 4096))?.code == .damaged)
    #expect(refusal(MadeFile().key(7, 2).number(1 << 62).bytes)?.code == .damaged)
  }

  private func axis(_ axis: Int) -> MadeFile { MadeFile.integer("axis", axis) }

  /// Files cut off anywhere.
  @Test func truncation() throws {
    let whole = [UInt8](try Data(contentsOf: URL(filePath: try GoldenFile.path("operators.onnx"))))
    for count in stride(from: 0, to: whole.count, by: 13) {
      let error = refusal(Array(whole[..<count]), input: [2, 6, 7, 5])
      #expect(error != nil, "\(count) bytes")
    }
  }

  /// Files with a few bytes changed: refused, or run to some result.
  @Test func damage() throws {
    let whole = [UInt8](try Data(contentsOf: URL(filePath: try GoldenFile.path("operators.onnx"))))
    var random = SeededGenerator(seed: 5)
    var refused = 0
    for _ in 0..<800 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      do {
        let network = try GraphNetwork(try ONNXModel(bytes: bytes).graph(input: [2, 6, 7, 5]))
        _ = try network.run(ramp(network.inputShape))
      } catch {
        #expect(error is ONNXError || error is NetworkError)
        refused += 1
      }
    }
    print("\(refused) of 800 damaged files refused")
    #expect(refused > 50)
  }
}
