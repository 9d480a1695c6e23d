import { type Canvas, isGrey, readColour } from './canvas.ts'

/** Lays the picture on a colour. On an opaque one it loses its alpha channel. */
export function background(canvas: Canvas, hex: string): Canvas {
  const colour = readColour(hex)
  if (canvas.channels === 3 || colour.alpha === 0) return canvas
  const grey = canvas.grey && isGrey(colour)
  return colour.alpha === 255 ? onOpaque(canvas, colour, grey) : onTranslucent(canvas, colour, grey)
}

type Parts = ReturnType<typeof readColour>

function onOpaque({ data, width, height }: Canvas, { red, green, blue }: Parts, grey: boolean): Canvas {
  const out = new Uint8Array(width * height * 3)
  for (let from = 0, to = 0; to < out.length; from += 4, to += 3) {
    const alpha = data[from + 3] ?? 0
    const rest = 255 - alpha
    out[to] = over(data[from] ?? 0, alpha, red, rest)
    out[to + 1] = over(data[from + 1] ?? 0, alpha, green, rest)
    out[to + 2] = over(data[from + 2] ?? 0, alpha, blue, rest)
  }
  return { data: out, width, height, channels: 3, grey }
}

/** Rounded (a·alpha + b·rest) / 255. */
function over(a: number, alpha: number, b: number, rest: number): number {
  return ((a * alpha + b * rest + 127) / 255) | 0
}

function onTranslucent({ data, width, height }: Canvas, colour: Parts, grey: boolean): Canvas {
  const out = new Uint8Array(data.length)
  for (let at = 0; at < out.length; at += 4) {
    const front = (data[at + 3] ?? 0) / 255
    const back = (colour.alpha / 255) * (1 - front)
    const alpha = front + back
    out[at] = Math.round(((data[at] ?? 0) * front + colour.red * back) / alpha)
    out[at + 1] = Math.round(((data[at + 1] ?? 0) * front + colour.green * back) / alpha)
    out[at + 2] = Math.round(((data[at + 2] ?? 0) * front + colour.blue * back) / alpha)
    out[at + 3] = Math.round(alpha * 255)
  }
  return { data: out, width, height, channels: 4, grey }
}
