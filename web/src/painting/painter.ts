import { halved } from './pace.ts'
import type { Pass, ProgramName } from './passes.ts'
import { fragments, vertex } from './shaders.ts'
import type { Size } from './sizes.ts'

/** Draws a picture with passes done to it onto a canvas. */
export interface Painter {
  /** What the passes are done to. */
  setPicture(picture: ImageBitmap): void
  /**
   * Draws with the sides of the picture halved `level` times. Gives the milliseconds that took; null with a program that was
   * not used before, which takes longer.
   */
  paint(passes: readonly Pass[], level: number): number | null
  /** The same beside the canvas, which stays as it is: the pixels. */
  read(passes: readonly Pass[], level: number): ImageData
  /** The graphics memory is given back. */
  end(): void
}

const onePixel = new Uint8Array(4)

interface Sheet {
  texture: WebGLTexture
  frame: WebGLFramebuffer
  size: Size
}

/** null where the browser has no WebGL2, or will not give any more of it. */
export function createPainter(canvas: HTMLCanvasElement): Painter | null {
  const gl = canvas.getContext('webgl2', {
    premultipliedAlpha: false,
    // What was drawn stays, while a picture of the service is on its way and when the page is saved.
    preserveDrawingBuffer: true,
    antialias: false,
    depth: false,
  })
  if (gl === null) return null
  const programs = new Map<string, WebGLProgram>()
  let source: WebGLTexture | null = null
  let sourceSize: Size = { width: 1, height: 1 }
  let linkedNow = false
  /** Two sheets in turn: what one pass draws, the next one reads. */
  const sheets: (Sheet | null)[] = [null, null]
  gl.disable(gl.BLEND)
  gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false)
  gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE)

  const programOf = (name: ProgramName | 'show'): WebGLProgram => {
    const known = programs.get(name)
    if (known !== undefined) return known
    linkedNow = true
    const program = linked(gl, fragments[name])
    programs.set(name, program)
    return program
  }
  const texture = (): WebGLTexture => {
    const made = gl.createTexture()
    gl.bindTexture(gl.TEXTURE_2D, made)
    for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
      gl.texParameteri(gl.TEXTURE_2D, side, gl.NEAREST)
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T])
      gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE)
    return made
  }
  const sheetOf = (n: number, size: Size): Sheet => {
    const known = sheets[n]
    if (known?.size.width === size.width && known.size.height === size.height) return known
    if (known) {
      gl.deleteTexture(known.texture)
      gl.deleteFramebuffer(known.frame)
    }
    const made = texture()
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, size.width, size.height)
    const frame = gl.createFramebuffer()
    gl.bindFramebuffer(gl.FRAMEBUFFER, frame)
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, made, 0)
    const sheet = { texture: made, frame, size }
    sheets[n] = sheet
    return sheet
  }
  const draw = (name: ProgramName | 'show', values: Pass['values'], size: Size, level: number): void => {
    const program = programOf(name)
    // biome-ignore lint/correctness/useHookAtTopLevel: a method of WebGL, no hook.
    gl.useProgram(program)
    gl.uniform1i(gl.getUniformLocation(program, 'level'), level)
    for (const [key, value] of Object.entries({ ...values, size: [size.width, size.height] })) {
      const place = gl.getUniformLocation(program, key)
      if (place === null) continue
      if (typeof value === 'number') gl.uniform1f(place, value)
      else if (value.length === 2) gl.uniform2fv(place, [...value])
      else if (value.length === 3) gl.uniform3fv(place, [...value])
      else gl.uniform4fv(place, [...value])
    }
    gl.viewport(0, 0, size.width, size.height)
    gl.drawArrays(gl.TRIANGLES, 0, 3)
  }

  const sourceAt = (level: number): Size => ({
    width: halved(sourceSize.width, level),
    height: halved(sourceSize.height, level),
  })
  const asItIs = (level: number): Pass => ({
    program: 'move',
    size: sourceAt(level),
    values: { rows: [1, 0, 0, 1], from: [0, 0] },
  })
  const drawAll = (passes: readonly Pass[], level: number) => {
    let from = source
    let size = sourceAt(level)
    for (const [index, pass] of passes.entries()) {
      const sheet = sheetOf(index % 2, pass.size)
      gl.bindFramebuffer(gl.FRAMEBUFFER, sheet.frame)
      gl.bindTexture(gl.TEXTURE_2D, from)
      draw(pass.program, pass.values, pass.size, index === 0 ? level : 0)
      from = sheet.texture
      size = pass.size
    }
    return { from, size }
  }

  return {
    setPicture(picture) {
      source ??= texture()
      gl.bindTexture(gl.TEXTURE_2D, source)
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture)
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST_MIPMAP_NEAREST)
      gl.generateMipmap(gl.TEXTURE_2D)
      sourceSize = { width: picture.width, height: picture.height }
    },
    paint(passes, level) {
      linkedNow = false
      const begun = performance.now()
      const { from, size } = drawAll(passes, level)
      if (canvas.width !== size.width) canvas.width = size.width
      if (canvas.height !== size.height) canvas.height = size.height
      gl.bindFramebuffer(gl.FRAMEBUFFER, null)
      gl.bindTexture(gl.TEXTURE_2D, from)
      draw('show', {}, size, passes.length === 0 ? level : 0)
      // Waits until it is drawn.
      gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, onePixel)
      return linkedNow ? null : performance.now() - begun
    },
    read(passes, level) {
      // Only what is drawn onto a sheet can be read, and the last of them is bound.
      const { width, height } = drawAll(passes.length > 0 ? passes : [asItIs(level)], level).size
      const bytes = new Uint8ClampedArray(width * height * 4)
      gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, bytes)
      return new ImageData(bytes, width, height)
    },
    end() {
      for (const sheet of sheets) {
        gl.deleteTexture(sheet?.texture ?? null)
        gl.deleteFramebuffer(sheet?.frame ?? null)
      }
      sheets.fill(null)
      gl.deleteTexture(source)
      source = null
      for (const program of programs.values()) gl.deleteProgram(program)
      programs.clear()
    },
  }
}

function linked(gl: WebGL2RenderingContext, fragment: string): WebGLProgram {
  const program = gl.createProgram()
  for (const [type, text] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type)
    if (shader === null) throw new Error('WebGL gives no more shaders.')
    gl.shaderSource(shader, text)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
    // It goes with its program.
    gl.deleteShader(shader)
  }
  gl.linkProgram(program)
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true && !gl.isContextLost())
    throw new Error(gl.getProgramInfoLog(program) ?? 'A shader of the preview does not work.')
  return program
}
