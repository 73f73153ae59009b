import CNetworkKernels
import Testing

/// The kernels for bytes against `PlainConvolution`, whose sums of whole numbers they must give to the last bit, for every way of
/// summing that this processor has.
@Suite struct QuantisedKernelTests {
  static let kinds: [Int32] = [NK_DOT_PLAIN, NK_DOT_AVX2, NK_DOT_VNNI].map { Int32($0) }.filter { nk_dot_runs($0) != 0 }

  @Test func thePlainOneRunsEverywhere() { #expect(Self.kinds.contains(Int32(NK_DOT_PLAIN))) }

  /// Bytes from 0 to 255 and weights from −127 to 127: their products' sums leave 16 bits far behind.
  @Test(arguments: PlainConvolution.cases, kinds)
  func convolution(_ plain: PlainConvolution, kind: Int32) {
    let zero = 100
    var integers = Integers(seed: 1)
    // −100, −75, …, 100 and beyond what a byte holds: those are cut off.
    let x = integers.values(plain.images * plain.height * plain.width * plain.pitch).map { 40 * $0 }
    let weights = integers.values(plain.filters * plain.taps * plain.channels).map {
      Int8(max(-127, min(127, 32 * $0)))
    }
    let bias = integers.values(plain.filters)
    let slopes = (0..<plain.filters).map { [Float(0), 1, 0.25][$0 % 3] }
    let bytes = x.map { max(0, min(255, Int($0) + zero)) }
    let count = plain.images * plain.outPixels
    var sums = [Int](repeating: 0, count: count * plain.filters)
    plain.forEachProduct { sums[$2] += (bytes[$0] - zero) * Int(weights[$1]) }

    let (rows, columns) = (plain.height + 2 * plain.padding, plain.width + 2 * plain.padding)
    let imageEntries = rows * columns * plain.channels
    let entry = nk_dot_entry(kind)
    let size = (plain.images * imageEntries + nk_dot_group(kind)) * entry
    let entries = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    defer { entries.deallocate() }
    let (factor, offset) = (Held([Float(1)]), Held([Float(zero)]))
    var map = nk_quantising(
      height: plain.height, width: plain.width, channels: plain.channels, pitch: plain.pitch, border: plain.padding,
      rows: rows, columns: columns, each_channel: 0, factor: factor.pointer, offset: offset.pointer, zero: UInt8(zero))
    for image in 0..<plain.images {
      let from = Array(x[(image * plain.height * plain.width * plain.pitch)...])
      nk_quantise(&map, from, entries + image * imageEntries * entry, kind)
    }
    let starts = Held(
      (0..<plain.outPixels).map { pixel in
        Int32((pixel / plain.outWidth * columns + pixel % plain.outWidth) * plain.stride * plain.channels)
      })
    let area = plain.taps * plain.channels
    let begin = (0..<plain.filters).map { filter in
      weights[filter * area..<(filter + 1) * area].reduce(Int32(0)) { $0 - Int32(zero) * Int32($1) }
    }
    let line = plain.kernel * plain.channels
    let packed = UnsafeMutableRawPointer.allocate(
      byteCount: nk_quantised_packed_size(plain.filters, plain.kernel, line, kind), alignment: 64)
    defer { packed.deallocate() }
    let factors = [Float](repeating: 0.5, count: plain.filters)
    nk_quantised_pack(weights, begin, factors, bias, slopes, plain.filters, plain.kernel, line, kind, packed)

    let zPitch = plain.filters + 3
    let z = Held([Float](repeating: 7, count: count * zPitch))
    var form = nk_quantised(
      x: entries, image_stride: imageEntries, out_pixels: plain.outPixels, starts: starts.pointer, lines: plain.kernel,
      line_stride: columns * plain.channels, line: line, weights: packed, filters: plain.filters, z: z.pointer,
      z_pitch: zPitch)
    // In two runs, the second from amid an image.
    nk_quantised(&form, 0, count / 3, kind)
    nk_quantised(&form, count / 3, count, kind)
    for pixel in 0..<count {
      for filter in 0..<zPitch {
        guard filter < plain.filters else {
          #expect(z.pointer[pixel * zPitch + filter] == 7)
          continue
        }
        let value = Float(sums[pixel * plain.filters + filter]) * 0.5 + bias[filter]
        #expect(z.pointer[pixel * zPitch + filter] == (value > 0 ? value : slopes[filter] * value))
      }
    }
  }

  /// A factor and an offset of its own for every channel, the border left at 0.
  @Test(arguments: kinds)
  func everyChannelHasItsOwnScale(kind: Int32) {
    let (height, width, channels) = (3, 5, 37)
    let x = (0..<height * width * channels).map { Float($0 % 23) - 7.5 }
    let factors = (0..<channels).map { Float($0 + 1) / 4 }
    let offsets = (0..<channels).map { Float($0) }
    var entries = [UInt8](repeating: 99, count: (height + 2) * (width + 2) * channels * nk_dot_entry(kind))
    let (factor, offset) = (Held(factors), Held(offsets))
    var map = nk_quantising(
      height: height, width: width, channels: channels, pitch: channels, border: 1, rows: height + 2,
      columns: width + 2, each_channel: 1, factor: factor.pointer, offset: offset.pointer, zero: 9)
    nk_quantise(&map, x, &entries, kind)
    for place in 0..<(height + 2) * (width + 2) {
      let (y, column) = (place / (width + 2) - 1, place % (width + 2) - 1)
      for channel in 0..<channels {
        var expected = 9
        if (0..<height).contains(y), (0..<width).contains(column) {
          let value = x[(y * width + column) * channels + channel] * factors[channel] + offsets[channel]
          expected = Int((max(0, min(255, value)) + 0.5).rounded(.down))
        }
        let index = (place * channels + channel) * nk_dot_entry(kind)
        let found = nk_dot_entry(kind) == 1 ? Int(entries[index]) : Int(entries[index]) + 256 * Int(entries[index + 1])
        #expect(found == expected)
      }
    }
  }
}

/// Numbers that stay where they are.
private final class Held<Number> {
  let pointer: UnsafeMutablePointer<Number>

  init(_ numbers: [Number]) {
    pointer = .allocate(capacity: numbers.count)
    for (place, number) in numbers.enumerated() { (pointer + place).initialize(to: number) }
  }

  deinit { pointer.deallocate() }
}
