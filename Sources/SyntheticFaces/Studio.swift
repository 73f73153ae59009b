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
  private func grid(
    columns: Int, rows: Int, camera: Camera, azimuth: (Float) -> Float, height: (Float) -> Float,
    point: (Float, Float) -> Vector, paint: (Vector, Float, Float) -> Paint?
  ) -> [Vertex] {
    var placed = [Vector](repeating: .zero, count: columns * rows)
    for row in 0..<rows {
      let y = height(Float(row) / Float(rows - 1))
      for column in 0..<columns {
        placed[row * columns + column] = camera.place(point(azimuth(2 * Float(column) / Float(columns - 1) - 1), y))
      }
    }
    var vertices: [Vertex] = []
    vertices.reserveCapacity(columns * rows)
    for row in 0..<rows {
      let y = height(Float(row) / Float(rows - 1))
      for column in 0..<columns {
        let index = row * columns + column
        let across = placed[column + 1 < columns ? index + 1 : index] - placed[column > 0 ? index - 1 : index]
        let down = placed[row + 1 < rows ? index + columns : index] - placed[row > 0 ? index - columns : index]
        let normal = across.cross(down).normalized
        let angle = azimuth(2 * Float(column) / Float(columns - 1) - 1)
        let projected = camera.project(placed[index])
        var vertex = Vertex(x: projected.x, y: projected.y, near: projected.z, colour: .zero, visible: false)
        if let paint = paint(normal, angle, y) {
          vertex.visible = true
          vertex.colour = lighting.shade(paint, normal: normal.z < 0 ? -normal : normal)
        }
        vertices.append(vertex)
      }
    }
    return vertices
  }

  private func drawHead(on canvas: inout Canvas) {
    let rows = max(48, side * 5 / 8)
    let columns = max(48, side * 9 / 16)
    let vertices = grid(
      columns: columns, rows: rows, camera: camera,
      // Denser in front, around to just behind the ears.
      azimuth: { s in 1.55 * s + 0.8 * s * s * s },
      height: { t in -traits.top + (traits.top + traits.chin) * t },
      point: head.point
    ) { normal, azimuth, y in
      guard normal.z > -0.15 else { return nil }
      let point = head.skull(azimuth: azimuth, y: y)
      return skin.paint(x: point.x, y: y, front: cosf(azimuth))
    }
    canvas.draw(vertices, columns: columns)
  }

  private func drawHair(on canvas: inout Canvas) {
    let columns = max(48, side * 9 / 16)
    let vertices = grid(
      columns: columns, rows: max(48, side / 2), camera: camera, azimuth: { .pi * $0 },
      height: { t in hair.top + (hair.bottom - hair.top) * t }, point: hair.point
    ) { normal, azimuth, y in
      guard hair.cover(azimuth: azimuth, y: y) > 0 else { return nil }
      var paint = hair.paint(azimuth: azimuth, y: y)
      // The inside, seen beneath: no light gets there.
      if normal.z < -0.05 { paint.colour *= 0.35 }
      return paint
    }
    canvas.draw(vertices, columns: columns)
  }

  /// Neck and shoulders, which follow the head's turn a little.
  private func drawBody(_ scenery: Scenery, on canvas: inout Canvas) {
    let bodyCamera = Camera(view: view, side: side, turned: false)
    let columns = 64
    let neck = traits.width * 0.6
    let vertices = grid(
      columns: columns, rows: 72, camera: bodyCamera, azimuth: { 1.9 * $0 }, height: { 0.9 + 2.6 * $0 },
      point: { azimuth, y in
        let collar = traits.chin + 0.45
        let slope = step(collar - 0.15, collar + 0.75, y)
        let half = neck * (1 + 0.12 * step(1.5, 0.9, y)) + 1.7 * slope.squareRoot()
        return Vector(half * sinf(azimuth), y, -0.35 + (neck + 0.35 * slope) * cosf(azimuth))
      }
    ) { _, azimuth, y in
      let collar = traits.chin + 0.42 + 0.22 * bell(sinf(azimuth) / 0.35)
      if y > collar { return Paint(colour: scenery.clothing(x: sinf(azimuth), y: y), gloss: 0.03) }
      // Under the chin it is dark.
      let shadow = 0.45 + 0.55 * step(traits.chin - 0.1, traits.chin + 0.4, y)
      return Paint(colour: traits.skin * shadow, gloss: 0.05)
    }
    canvas.draw(vertices, columns: columns)
  }
}
