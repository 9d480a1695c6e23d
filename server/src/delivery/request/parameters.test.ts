// @module-tag slow/any-input
import { bagSchema } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kindsOfPictures } from '../../imaging/testing/kinds.ts'
import { type Door, type House, openHouse, owner } from '../testing/house.ts'

/** Values tried on every parameter: what its own rule names, and these where it takes them. */
const common = ['', 'true', 'false', '0', '1', '2', '20', '0.5', '1,1,9,7', '0,0,1,1', '3,5', 'max', 'auto']
const texts = ['ff000080', 'rebeccapurple', '000', 'thumbnail', 'original', '© Ünï', 'a'.repeat(120)]
/** Of `steps`: in an order that no other parameters give, beyond most pictures, and one operation twice. */
const lists = [
  [{ op: 'blur', sigma: 2 }, { op: 'resize', width: 30, height: 20 }, { op: 'flip' }],
  [{ op: 'crop', x: 90, y: 90, width: 50, height: 50 }],
  [
    { op: 'rotate', angle: 7 },
    { op: 'trim', threshold: 5 },
    { op: 'rotate', angle: 90 },
  ],
].map((steps) => JSON.stringify(steps))

/** The values of a parameter, out of its schema: words and bounds as its refusal names them, and what else it accepts. */
function valuesOf(
  schema: { safeParse(value: unknown): { success: boolean; error?: { issues: { message: string }[] } } },
  ids: string[],
) {
  const rule = schema.safeParse('\u0000').error?.issues[0]?.message ?? ''
  const words = /one of: (.*)$/.exec(rule)?.[1]?.split(', ') ?? []
  const bounds = rule.match(/-?\d+(\.\d+)?/g) ?? []
  const candidates = new Set([...words, ...bounds, ...common, ...texts, ...lists, ...ids])
  return [...candidates].filter((value) => schema.safeParse(value).success)
}

/** Numbers in an order that looks like none and is the same each time. */
const spread = (index: number, length: number): number => ((index * 2_654_435_761) >>> 7) % length

/** All kinds are tried by imaging's own test of recipes; these differ in what delivery does with them. */
const kinds = [
  'photograph with EXIF',
  'PNG with alpha',
  'one pixel',
  'animated GIF',
  'grey of 16 bits',
  'CMYK',
]

let house: House
let door: Door
const images: { kind: string; id: string }[] = []
let parameters: { name: string; values: string[] }[] = []

beforeAll(async () => {
  house = await openHouse()
  door = await house.open({ outputSide: 500 })
  for (const kind of kinds) {
    const bytes = await kindsOfPictures[kind]?.()
    if (bytes === undefined) throw new Error(`There is no ${kind}.`)
    images.push({ kind, id: (await house.upload(bytes, 'private')).id })
  }
  parameters = Object.entries(bagSchema.shape)
    // A signature, and the share that one is for, are judged before everything else, and have tests of their own
    .filter(([name]) => !['exp', 'sig', 'share'].includes(name))
    .map(([name, schema]) => ({
      name,
      values: valuesOf(
        schema,
        images.slice(0, 1).map(({ id }) => id),
      ),
    }))
}, 60_000)
afterAll(() => house.close())

/** What is wrong with the answer; null for a picture that decodes, and for a refusal that is the caller's fault. */
async function faultOf(id: string, query: string): Promise<string | null> {
  const answer = await fetch(`${door.url}/images/${id}?${query}`, { headers: house.as(owner) })
  const body = Buffer.from(await answer.arrayBuffer())
  if (answer.status === 200) {
    return sharp(body, { pages: -1, limitInputPixels: false })
      .raw()
      .toBuffer()
      .then(
        () => null,
        (error: unknown) => `undecodable: ${String(error)}`,
      )
  }
  const { code } = JSON.parse(body.toString()) as { code: string }
  const refused =
    answer.status === 400 ||
    answer.status === 404 ||
    (answer.status === 422 && !/undecodable|render_/.test(code))
  return refused ? null : `${answer.status} ${code}`
}

async function faults(asked: readonly { kind: string; id: string; query: string }[]): Promise<string[]> {
  const found: string[] = []
  const rest = [...asked]
  const worker = async (): Promise<void> => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift()) {
      const fault = await faultOf(one.id, one.query)
      if (fault !== null) found.push(`${one.kind}?${one.query}: ${fault}`)
    }
  }
  await Promise.all(Array.from({ length: 4 }, worker))
  return found.sort()
}

const pair = (name: string, value: string | undefined) => `${name}=${encodeURIComponent(value ?? '')}`

describe('delivery parameters', () => {
  it('each have values that this test knows', () => {
    expect(parameters.filter(({ values }) => values.length === 0)).toEqual([])
    expect(parameters.length).toBeGreaterThan(35)
  })

  it('alone never fail on our side', { timeout: 300_000 }, async () => {
    const asked = parameters.flatMap(({ name, values }) =>
      images.flatMap((image, index) =>
        // Every value on some pictures, and some value on every picture
        values
          .filter((_, at) => spread(at + 7 * index, 3) === 0 || at === index % values.length)
          .map((value) => ({ ...image, query: pair(name, value) })),
      ),
    )
    expect(await faults(asked)).toEqual([])
  })

  it('in pairs never fail on our side', { timeout: 300_000 }, async () => {
    const pairs = parameters.flatMap((one, at) =>
      parameters.slice(at + 1).map((other) => [one, other] as const),
    )
    const asked = pairs.map(([one, other], index) => {
      const image = images[spread(index, images.length)] ?? { kind: '', id: '' }
      const value = one.values[spread(index + 3, one.values.length)]
      const query = `${pair(one.name, value)}&${pair(other.name, other.values[spread(index + 5, other.values.length)])}`
      return { ...image, query }
    })
    expect(await faults(asked)).toEqual([])
  })
})
