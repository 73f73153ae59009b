internal import Glibc

/// What is behind the person and what they wear; chosen by the view, never by the person.
struct Scenery {
  private let colours: (Vector, Vector, Vector)
  private let cloth: Vector
  private let stripes: Float
  private let frequency: Float
  private let noise: Noise
  private let strength: Float

  init(view: View) {
    var draw = SeededDraw(seed: view.scene, stream: 3)
    func colour(_ draw: inout SeededDraw) -> Vector {
      linear(draw.between(40, 220), draw.between(40, 220), draw.between(40, 220))
    }
    let base = colour(&draw)
    let grey = Vector(repeating: base.dot(Vector(repeating: 1 / 3)))
    colours = (base.mixed(grey, 0.7), colour(&draw).mixed(grey, 0.7), colour(&draw).mixed(grey, 0.7))
    cloth = colour(&draw) * draw.between(0.2, 0.9)
    stripes = draw.chance(0.3) ? draw.between(4, 16) : 0
    frequency = draw.between(1.2, 4)
    noise = Noise(seed: view.scene)
    strength = 0.4 + 0.6 * view.lightStrength
  }

  /// Soft patches of three colours, `side * side` of them.
  func background(side: Int) -> [Vector] {
    var pixels: [Vector] = []
    pixels.reserveCapacity(side * side)
    for row in 0..<side {
      let y = Float(row) / Float(side)
      for column in 0..<side {
        let x = Float(column) / Float(side)
        let patch = step(-0.5, 0.6, noise(x * frequency, y * frequency))
        let other = step(0, 0.7, noise(x * frequency * 0.7 + 50, y * frequency * 1.6))
        pixels.append(colours.0.mixed(colours.1, patch).mixed(colours.2, other) * strength)
      }
    }
    return pixels
  }

  func clothing(x: Float, y: Float) -> Vector {
    stripes > 0 && sinf(y * stripes * 3) > 0.3 ? cloth * 0.55 : cloth * (1 + 0.12 * noise(x * 9, y * 5))
  }
}
