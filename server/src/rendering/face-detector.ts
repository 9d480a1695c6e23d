import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Face, Square } from '../imaging/index.ts'

/** Raised with every change of the model or of what is made of its answers: kept ones are then found anew. */
export const faceDetector = 1
/** Pixels of the square that the model looks at. */
export const squareSide = 256

/** Looks for faces. Runs until it is done: tens of milliseconds of one core. */
export type FaceDetector = (square: Square) => Face[]

const packages = {
  core: '@tensorflow/tfjs-core',
  converter: '@tensorflow/tfjs-converter',
  wasm: '@tensorflow/tfjs-backend-wasm',
  models: '@vladmandic/human',
} as const

/** Throws, with what to do, when the packages are not installed in a folder. */
export function checkFaceModules(folder: string): void {
  for (const name of Object.values(packages)) {
    if (!existsSync(join(folder, 'node_modules', name)))
      throw new Error(`FACES_MODULES: ${name} is not installed in ${folder}; run npm ci there.`)
  }
}

/** What is used of the packages, which are not there to be typed by. */
interface Tensor {
  shape: readonly number[]
  dataSync(): Float32Array
}
interface Core {
  setBackend(name: 'wasm'): Promise<boolean>
  ready(): Promise<void>
  tidy<T>(make: () => T): T
  tensor(values: Float32Array, shape: readonly number[]): Tensor
  io: { fromMemory(artifacts: object): object }
}
interface Model {
  execute(input: Tensor): Tensor[]
}
interface Manifest {
  modelTopology: object
  format: string
  weightsManifest: { weights: object[] }[]
}

/**
 * The detector of a folder's packages: BlazeFace, the back-camera model (MediaPipe, Apache 2.0), on WebAssembly.
 * Bazarevsky and others, BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs, 2019.
 */
export async function loadFaceDetector(folder: string): Promise<FaceDetector> {
  const require = createRequire(join(folder, 'package.json'))
  const core = require(packages.core) as Core
  const converter = require(packages.converter) as { loadGraphModel(handler: object): Promise<Model> }
  const wasm = require(packages.wasm) as { setWasmPaths(folder: string): void }
  wasm.setWasmPaths(`${dirname(require.resolve(packages.wasm))}/`)
  await core.setBackend('wasm')
  await core.ready()
  const file = join(folder, 'node_modules', packages.models, 'models/blazeface')
  const manifest = JSON.parse(await readFile(`${file}.json`, 'utf8')) as Manifest
  const weights = await readFile(`${file}.bin`)
  const model = await converter.loadGraphModel(
    core.io.fromMemory({
      modelTopology: manifest.modelTopology,
      format: manifest.format,
      weightSpecs: manifest.weightsManifest.flatMap((group) => group.weights),
      weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength),
    }),
  )
  return ({ data, side, width, height }) => {
    const values = Float32Array.from(data, (value) => value / 127.5 - 1)
    const answers = core.tidy(() =>
      model.execute(core.tensor(values, [1, side, side, 3])).map((answer) => ({
        rows: answer.shape[1] ?? 0,
        columns: answer.shape[2] ?? 0,
        values: answer.dataSync(),
      })),
    )
    const found = grids.flatMap(({ cells, each }) => {
      const rows = cells * cells * each
      const of = (columns: number) =>
        answers.find((answer) => answer.rows === rows && answer.columns === columns)?.values
      return boxesOf(of(1) ?? new Float32Array(), of(16) ?? new Float32Array(), cells, each, side)
    })
    const inPicture = { x: side / width, y: side / height }
    return withoutDoubles(found).map((box) => inside(box, inPicture))
  }
}

/** Where the model looks: so many cells a side, so many boxes a cell. */
const grids = [
  { cells: 16, each: 2 },
  { cells: 8, each: 6 },
] as const
/**
 * How sure the model must be, 0 to 1, of a box that is so wide. At a half, 21 of 22 faces of six groups of people were found;
 * what it took for small faces in the twigs of a tree had 0.64 and 0.76.
 */
const sureEnough = (width: number): number => (width < 0.05 ? 0.8 : 0.5)
/** Of two boxes, from which share of the area that both cover they are one face. */
const sameFace = 0.3
const mostFaces = 64

interface Box extends Face {
  /** How sure the model is, 0 to 1. */
  score: number
}

/** Each row holds the middle and the size, in pixels from the middle of its cell, then six landmarks. */
function boxesOf(scores: Float32Array, rows: Float32Array, cells: number, each: number, side: number): Box[] {
  const boxes: Box[] = []
  for (const [index, raw] of scores.entries()) {
    const score = 1 / (1 + Math.exp(-raw))
    const cell = Math.floor(index / each)
    const [dx = 0, dy = 0, wide = 0, high = 0] = rows.subarray(index * 16, index * 16 + 4)
    const [width, height] = [wide / side, high / side]
    if (score < sureEnough(width)) continue
    const x = ((cell % cells) + 0.5) / cells + dx / side
    const y = (Math.floor(cell / cells) + 0.5) / cells + dy / side
    boxes.push({ x: x - width / 2, y: y - height / 2, width, height, score })
  }
  return boxes
}

/** The surest of each heap of boxes over one face. */
function withoutDoubles(boxes: readonly Box[]): Box[] {
  const kept: Box[] = []
  for (const box of boxes.toSorted((a, b) => b.score - a.score)) {
    if (kept.length === mostFaces) break
    if (!kept.some((other) => overlap(box, other) > sameFace)) kept.push(box)
  }
  return kept
}

function overlap(a: Face, b: Face): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  if (width <= 0 || height <= 0) return 0
  const both = width * height
  return both / (a.width * a.height + b.width * b.height - both)
}

/** From parts of the square to parts of the picture in it, cut at its edges. */
function inside({ x, y, width, height }: Box, scale: { x: number; y: number }): Face {
  const cut = (value: number) => Math.min(1, Math.max(0, value))
  const [left, top] = [cut(x * scale.x), cut(y * scale.y)]
  const [right, bottom] = [cut((x + width) * scale.x), cut((y + height) * scale.y)]
  return { x: left, y: top, width: right - left, height: bottom - top }
}
