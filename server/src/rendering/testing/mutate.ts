/** A number from 0 to below `bound`. */
export type Dice = (bound: number) => number

/** Dice that fall the same way for the same seed (mulberry32). */
export function diceOf(seed: number): Dice {
  let state = seed | 0
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * bound)
  }
}

/** Values at which arithmetic turns over. */
const edges = [0, 1, 2, 3, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0xffffffff]

type Mutation = (bytes: Buffer, dice: Dice, other: Buffer) => Buffer

/** Headers are short and decide most: every second place is one of the first bytes. */
const place = (bytes: Buffer, dice: Dice): number =>
  dice(dice(2) === 0 ? Math.min(bytes.length, 512) : bytes.length)

const mutations: readonly Mutation[] = [
  // Single bits
  (bytes, dice) => {
    for (let left = 1 + dice(8); left > 0; left--) {
      const at = place(bytes, dice)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << dice(8))
    }
    return bytes
  },
  // Single bytes
  (bytes, dice) => {
    for (let left = 1 + dice(16); left > 0; left--) bytes[place(bytes, dice)] = dice(256)
    return bytes
  },
  // A number at its edge, of one, two or four bytes, either way round
  (bytes, dice) => {
    const width = [1, 2, 4][dice(3)] ?? 1
    if (bytes.length < width) return bytes
    const at = Math.min(place(bytes, dice), bytes.length - width)
    const value = (edges[dice(edges.length)] ?? 0) % 256 ** width
    if (dice(2) === 0) bytes.writeUIntBE(value, at, width)
    else bytes.writeUIntLE(value, at, width)
    return bytes
  },
  // Broken off
  (bytes, dice) => bytes.subarray(0, dice(bytes.length)),
  // A piece left out
  (bytes, dice) => {
    const at = place(bytes, dice)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + dice(64))])
  },
  // A piece said again, perhaps many times
  (bytes, dice) => {
    const at = place(bytes, dice)
    const piece = bytes.subarray(at, at + 1 + dice(256))
    const times = 1 + dice(dice(8) === 0 ? 200 : 4)
    return Buffer.concat([bytes.subarray(0, at), ...Array<Buffer>(times).fill(piece), bytes.subarray(at)])
  },
  // A piece of nothing, or of noise
  (bytes, dice) => {
    const at = place(bytes, dice)
    const fill = dice(2) === 0 ? () => 0 : () => dice(256)
    for (let index = at; index < Math.min(bytes.length, at + 1 + dice(128)); index++) bytes[index] = fill()
    return bytes
  },
  // The beginning of one file, the end of another
  (bytes, dice, other) =>
    Buffer.concat([bytes.subarray(0, place(bytes, dice)), other.subarray(dice(other.length))]),
]

/** A file that is not quite what it was. */
export function mutate(file: Uint8Array, other: Uint8Array, dice: Dice): Buffer {
  let bytes = Buffer.from(file)
  for (let left = dice(4) === 0 ? 3 : 1; left > 0; left--) {
    if (bytes.length === 0) return bytes
    const mutation = mutations[dice(mutations.length)]
    bytes = Buffer.from(mutation?.(bytes, dice, Buffer.from(other)) ?? bytes)
  }
  return bytes
}
