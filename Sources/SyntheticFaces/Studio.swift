internal import Glibc
internal import Images

/// Sets up one photograph: background, body, head, hair, glasses; then develops it. Drawn at twice the picture's
/// size, so that averaging four pixels into one smooths every edge.
struct Studio {
  let traits: Traits
  let view: View
  let side: Int
  private let head: Head
  private let hair: Hair
  private let skin: SkinPaint
  private let camera: Camera
  private let lighting: Lighting

  init(traits: Traits, view: View, side: Int) {
    self.traits = traits
    self.view = view
    self.side = side
    head = Head(traits: traits, view: view)
    hair = Hair(head: head)
    skin = SkinPaint(head: head)
    camera = Camera(view: view, side: side, turned: true)
    lighting = Lighting(view: view)
  }

  func photograph() -> Image {
    let scenery = Scenery(view: view)
    var canvas = Canvas(side: side, background: scenery.background(side: side))
    drawBody(scenery, on: &canvas)
    drawHead(on: &canvas)
    drawHair(on: &canvas)
    Spectacles(traits: traits, head: head, camera: camera, side: side).draw(on: &canvas)
    return develop(canvas, view: view)
  }

  /// A surface over azimuth and height, as shaded vertices.
  private func grid<Level>(
    meridians: [Meridian], levels: [Level], camera: Camera, point: (Meridian, Level) -> Vector,
    paint: (Vector, Meridian, Level) -> Paint?
  ) -> [Vertex] {
    let (columns, rows) = (meridians.count, levels.count)
    var placed: [Vector] = []
    placed.reserveCapacity(columns * rows)
    for level in levels { for meridian in meridians { placed.append(camera.place(point(meridian, level))) } }
    var vertices: [Vertex] = []
    vertices.reserveCapacity(columns * rows)
    for row in 0..<rows {
      for column in 0..<columns {
        let index = row * columns + column
        let across = placed[column + 1 < columns ? index + 1 : index] - placed[column > 0 ? index - 1 : index]
        let down = placed[row + 1 < rows ? index + columns : index] - placed[row > 0 ? index - columns : index]
        let normal = across.cross(down).normalized
        let projected = camera.project(placed[index])
        var vertex = Vertex(x: projected.x, y: projected.y, near: projected.z, colour: .zero, visible: false)
        if let paint = paint(normal, meridians[column], levels[row]) {
          vertex.visible = true
          vertex.colour = lighting.shade(paint, normal: normal.z < 0 ? -normal : normal)
        }
        vertices.append(vertex)
      }
    }
    return vertices
  }

  /// `count` values of a function over −1 to 1.
  private func spread<Value>(_ count: Int, _ value: (Float) -> Value) -> [Value] {
    (0..<count).map { value(2 * Float($0) / Float(count - 1) - 1) }
  }

  private func drawHead(on canvas: inout Canvas) {
    // Denser in front, around to just behind the ears.
    let meridians = spread(max(48, side * 9 / 16)) { Meridian(1.55 * $0 + 0.8 * $0 * $0 * $0) }
    let rings = spread(max(48, side * 5 / 8)) {
      head.ring((traits.chin - traits.top + (traits.top + traits.chin) * $0) / 2)
    }
    let vertices = grid(meridians: meridians, levels: rings, camera: camera, point: head.point) {
      normal, meridian, ring in
      guard normal.z > -0.15 else { return nil }
      return skin.paint(meridian, ring)
    }
    canvas.draw(vertices, columns: meridians.count)
  }

  private func drawHair(on canvas: inout Canvas) {
    let meridians = spread(max(48, side / 2)) { Meridian(.pi * $0) }
    let rings = spread(max(48, side * 7 / 16)) {
      hair.ring((hair.bottom + hair.top + (hair.bottom - hair.top) * $0) / 2)
    }
    let vertices = grid(meridians: meridians, levels: rings, camera: camera, point: hair.point) {
      normal, meridian, ring in
      guard hair.cover(meridian, y: ring.y) > 0 else { return nil }
      var paint = hair.paint(azimuth: meridian.azimuth, y: ring.y)
      // The inside, seen beneath: no light gets there.
      if normal.z < -0.05 { paint.colour *= 0.35 }
      return paint
    }
    canvas.draw(vertices, columns: meridians.count)
  }

  /// Neck and shoulders, which follow the head's turn a little.
  private func drawBody(_ scenery: Scenery, on canvas: inout Canvas) {
    let bodyCamera = Camera(view: view, side: side, turned: false)
    let neck = traits.width * 0.6
    let meridians = spread(80) { Meridian(1.9 * $0) }
    let heights = spread(90) { 2.2 + 1.3 * $0 }
    let vertices = grid(
      meridians: meridians, levels: heights, camera: bodyCamera,
      point: { meridian, y in
        let collar = traits.chin + 0.45
        let slope = step(collar - 0.15, collar + 0.75, y)
        let half = neck * (1 + 0.12 * step(1.5, 0.9, y)) + 1.7 * slope.squareRoot()
        return Vector(half * meridian.sine, y, -0.35 + (neck + 0.35 * slope) * meridian.cosine)
      }
    ) { _, meridian, y in
      let collar = traits.chin + 0.42 + 0.22 * bell(meridian.sine / 0.35)
      if y > collar { return Paint(colour: scenery.clothing(x: meridian.sine, y: y), gloss: 0.03) }
      // Under the chin it is dark.
      let shadow = 0.45 + 0.55 * step(traits.chin - 0.1, traits.chin + 0.4, y)
      return Paint(colour: traits.skin * shadow, gloss: 0.05)
    }
    canvas.draw(vertices, columns: meridians.count)
  }
}
