package import Networks

/// The two networks that faced finds faces with; both run on the engine that embeds.
package enum DetectionNetwork {
  /// Faces of about one octave of sizes in a photograph: one pixel out per 8 × 8 pixels in, its channels as `FaceCode`
  /// says. What a pixel sees is 63 × 63 pixels of the input.
  ///
  /// The input's size is the training's; the layers fit any.
  package static func detector(height: Int, width: Int) -> NetworkDefinition {
    NetworkDefinition(
      inputChannels: 3, inputHeight: height, inputWidth: width,
      layers: [
        convolution("stem1", 16, 3, 2), convolution("stem2", 32, 3, 2), convolution("stem3", 48, 3, 2),
        convolution("trunk1.reduce", 32, 1), convolution("trunk1", 48, 3),
        convolution("trunk2.reduce", 32, 1), convolution("trunk2", 48, 3),
        convolution("trunk3.reduce", 32, 1), convolution("trunk3", 64, 3),
        .convolution(
          name: outputLayer, filters: FaceCode.channels, kernel: 1, padding: 0, activation: false, normalisation: .none),
      ])
  }

  /// The layer whose first bias is the prior of there being a face.
  package static let outputLayer = "output"

  /// Five landmarks of a 96 × 96 crop and whether it shows a face, as `Aligner` says: 23 M multiply-adds.
  package static func aligner() -> NetworkDefinition {
    NetworkDefinition(
      inputChannels: 3, inputHeight: 96, inputWidth: 96,
      layers: [
        convolution("conv1", 16, 3, 2), convolution("conv2", 32, 3, 2), convolution("conv2b", 32, 3),
        convolution("conv3", 64, 3, 2), convolution("conv3b", 64, 3),
        convolution("conv4", 96, 3, 2), convolution("conv4b", 96, 3), convolution("conv5", 128, 3, 2),
        .convolution(name: "whole", filters: 128, kernel: 3, padding: 0, normalisation: .batch),
        .dense(name: "landmarks", outputs: Aligner.outputs),
      ])
  }

  private static func convolution(_ name: String, _ filters: Int, _ kernel: Int, _ stride: Int = 1) -> LayerDefinition {
    .convolution(
      name: name, filters: filters, kernel: kernel, stride: stride, padding: kernel / 2, normalisation: .batch)
  }
}
