import CNetworkKernels
import Testing

/// The direct kernels on integers against `PlainConvolution`, for every register width that this processor has.
@Suite struct ConvolutionKernelTests {
  static let lanes: [Int] = [NK_PLAIN, NK_AVX2, NK_AVX512].filter { nk_runs(Int32($0)) != 0 }.map {
    nk_lanes(Int32($0))
  }

  @Test func theBestIsAmongThem() { #expect(Self.lanes.contains(nk_lanes(nk_level()))) }

  @Test(arguments: PlainConvolution.cases, lanes)
  func forward(_ plain: PlainConvolution, lanes: Int) {
    var integers = Integers(seed: 1)
    let x = integers.values(plain.images * plain.height * plain.width * plain.pitch)
    let weights = integers.values(plain.filters * plain.taps * plain.channels)
    let bias = integers.values(plain.filters)
    let count = plain.images * plain.outPixels
    var expected = (0..<count * plain.filters).map { bias[$0 % plain.filters] }
    plain.forEachProduct { expected[$2] += x[$0] * weights[$1] }

    var packed = [Float](
      repeating: .nan, count: nk_direct_packed_count(plain.filters, plain.taps * plain.channels, lanes))
    nk_direct_pack(
      weights, plain.taps * plain.channels, plain.channels, 1, bias, plain.filters, plain.taps, plain.channels, lanes,
      &packed)
    let offsets = (0..<plain.outPixels).flatMap { pixel in
      (0..<plain.taps).map { tap in plain.inputPixel(pixel, tap).map { Int32($0 * plain.pitch) } ?? -1 }
    }
    let zeros = [Float](repeating: 0, count: plain.channels)
    let zPitch = plain.filters + 3
    for (relu, add) in [(0, 0), (1, 0), (1, 1)] {
      var z = [Float](repeating: 7, count: count * zPitch)
      withPointers(x, offsets, zeros, packed, &z) { x, offsets, zeros, packed, z in
        var form = nk_direct(
          x: x, image_stride: plain.height * plain.width * plain.pitch, out_pixels: plain.outPixels, taps: plain.taps,
          offsets: offsets, zeros: zeros, channels: plain.channels, weights: packed, filters: plain.filters, z: z,
          z_pitch: zPitch, relu: Int32(relu), add: Int32(add))
        // In two runs, the second from amid an image.
        nk_direct(&form, 0, count / 3, lanes)
        nk_direct(&form, count / 3, count, lanes)
      }
      for pixel in 0..<count {
        for filter in 0..<zPitch {
          let sum = filter < plain.filters ? expected[pixel * plain.filters + filter] : 0
          let value = (add == 1 ? 7 : 0) + (relu == 1 ? max(sum, 0) : sum)
          #expect(z[pixel * zPitch + filter] == (filter < plain.filters ? value : 7))
        }
      }
    }
  }

  @Test(arguments: PlainConvolution.cases, lanes)
  func weightGradient(_ plain: PlainConvolution, lanes: Int) {
    var integers = Integers(seed: 2)
    let x = integers.values(plain.images * plain.height * plain.width * plain.pitch)
    let dy = integers.values(plain.images * plain.outPixels * plain.filters)
    let gradient = integers.values(plain.filters * plain.taps * plain.channels)
    var expected = gradient
    plain.forEachProduct { expected[$1] += x[$0] * dy[$2] }

    for (chunks, imagesTogether) in [(1, 3), (min(plain.outPixels, 4), 1)] {
      var (pairs, starts): ([nk_pixel_pair], [Int32]) = ([], [0])
      for tap in 0..<plain.taps {
        for chunk in 0..<chunks {
          for pixel in plain.outPixels * chunk / chunks..<plain.outPixels * (chunk + 1) / chunks {
            guard let from = plain.inputPixel(pixel, tap) else { continue }
            pairs.append(nk_pixel_pair(x: Int32(from * plain.pitch), dy: Int32(pixel * plain.filters)))
          }
          starts.append(Int32(pairs.count))
        }
      }
      var sum = gradient
      withPointers(x, dy, pairs, starts, &sum) { x, dy, pairs, starts, sum in
        var form = nk_weight_gradient(
          x: x, x_image: plain.height * plain.width * plain.pitch, dy: dy, dy_image: plain.outPixels * plain.filters,
          images: plain.images, images_together: imagesTogether, pairs: pairs, starts: starts, chunks: chunks,
          taps: plain.taps, row_taps: plain.kernel, channels: plain.channels, filters: plain.filters, gradient: sum)
        for unit in (0..<nk_weight_units(&form, lanes)).reversed() { nk_weight_gradient(&form, unit, lanes) }
      }
      #expect(sum == expected)
    }
  }

  private func withPointers<A, B, C, D>(
    _ a: [A], _ b: [B], _ c: [C], _ d: [D], _ e: inout [Float],
    _ body: (
      UnsafePointer<A>, UnsafePointer<B>, UnsafePointer<C>, UnsafePointer<D>, UnsafeMutablePointer<Float>
    ) -> Void
  ) {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeBufferPointer { c in
          d.withUnsafeBufferPointer { d in
            e.withUnsafeMutableBufferPointer { e in
              guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress, let d = d.baseAddress,
                let e = e.baseAddress
              else { return }
              body(a, b, c, d, e)
            }
          }
        }
      }
    }
  }
}
