import { expect, test } from 'vitest'
import { z } from 'zod'
import { isFailure } from '../errors.ts'
import { bagSchema } from './bag.ts'
import { parseParameters, resolve, withPreset } from './parameters.ts'
import { defaultPresets } from './presets.ts'
import { recipeSchema } from './recipe.ts'
import { parseTransform } from './transform.ts'

const query = (text: string) => parseParameters(new URLSearchParams(text))
const names = (text: string) => query(text).recipe.steps.map(({ op }) => op)

function faultPaths(call: () => unknown): string[] | null {
  try {
    call()
  } catch (error) {
    if (isFailure(error, 'invalid_recipe')) return (error.errors ?? []).map(({ path }) => path)
    throw error
  }
  return null
}

test('a bag is applied in the one documented order, however it is written', () => {
  const all =
    'radius=5&watermarkText=a&sharpen=1&blur=2&negate=1&tint=red&grayscale=1&gamma=2&contrast=2&hue=5&pad=1&w=9&mirror=1&flip=1&rotate=9&trim=1&crop=0,0,9,9&redact=1,2,3,4'
  const order =
    'redact crop trim rotate flip mirror resize pad modulate contrast gamma grayscale tint negate blur sharpen watermark radius'
  expect(names(all)).toEqual(order.split(' '))
  expect(query(all.split('&').reverse().join('&')).recipe).toEqual(query(all).recipe)
})

test('aliases, JSON and text mean the same', () => {
  const text = query('w=300&h=200&rotation=-90&compress=30&format=jpg&crop=1,2,30,40&flip=1&gravity=center')
  const json = parseParameters({
    width: 300,
    height: '200',
    rotate: 270,
    quality: 70,
    format: 'jpeg',
    crop: { x: 1, y: 2, width: 30, height: 40 },
    flip: true,
    gravity: 'centre',
  })
  expect(json.recipe).toEqual(text.recipe)
  expect(parseParameters({ crop: [1, 2, 30, 40] }).recipe).toEqual(query('crop=1,2,30,40').recipe)
})

test('dpr multiplies the size and leaves no trace', () => {
  expect(query('w=200&dpr=2').recipe).toEqual(query('w=400').recipe)
  expect(query('w=100&h=51&dpr=1.5').recipe.steps[0]).toMatchObject({ width: 150, height: 77 })
})

test('the ground of a bag lies under everything, and a translucent one only once', () => {
  expect(names('pad=9&background=red')).toEqual(['pad', 'background'])
  expect(names('pad=9&background=f008')).toEqual(['pad'])
  expect(names('background=f008')).toEqual(['background'])
})

test.each([
  ['w=0', ['w']],
  ['w=-5', ['w']],
  ['w=1e3', ['w']],
  ['w=0x10', ['w']],
  ['w=%2012', ['w']],
  ['w=9000', ['w']],
  ['w=5000&dpr=2', ['w']],
  ['w=100000&h=0', ['w', 'h']],
  ['width=10&w=10', ['w']],
  ['w=10&w=10', ['w']],
  ['widht=10', ['widht']],
  ['__proto__=1', ['__proto__']],
  ['constructor=1', ['constructor']],
  ['fit=cover', ['fit']],
  ['dpr=2', ['dpr']],
  ['w=10&fit=stretch', ['fit']],
  ['w=10&gravity=toString', ['gravity']],
  ['crop=1,2,3', ['crop']],
  ['crop=1,2,0,4', ['crop']],
  ['crop=-1,2,3,4', ['crop']],
  ['pad=1,2,3', ['pad']],
  ['redact=1,2,3', ['redact']],
  ['redact=1,2,3,0', ['redact']],
  ['redact=1,2,3,4,smear', ['redact']],
  ['redact=1,2,3,4,blur,1', ['redact']],
  ['redact=1,2,3,4,blur,9,9', ['redact']],
  ['watermarkText=a&watermarkPosition=0.2', ['watermarkPosition']],
  ['watermarkText=a&watermarkPosition=0.2,1.1', ['watermarkPosition']],
  ['blur=0', ['blur']],
  ['blur=101', ['blur']],
  ['rotation=361', ['rotation']],
  ['quality=0', ['quality']],
  ['compress=101', ['compress']],
  ['flip=yes', ['flip']],
  ['background=reddish', ['background']],
  ['watermarkOpacity=2', ['watermarkOpacity']],
  ['watermarkColor=red&watermarkImage=01890000-0000-7000-8000-000000000000', ['watermarkColor']],
  ['compress=5&quality=5', ['compress']],
  ['lossless=1&compress=5', ['compress']],
  ['utm=1', ['utm']],
  ['UTM_source=1', ['UTM_source']],
  ['__=1', ['__']],
  ['watermarkText=a&watermarkImage=01890000-0000-7000-8000-000000000000', ['watermarkImage']],
  ['watermarkImage=1', ['watermarkImage']],
  ['format=bmp', ['format']],
  ['format=jpeg&lossless=1', ['lossless']],
  ['lossless=1&quality=5', ['quality']],
  ['v=0', ['v']],
  ['exp=soon', ['exp']],
  ['preset=../etc', ['preset']],
])('%s is refused and never clamped', (text, paths) => {
  expect(faultPaths(() => query(text))).toEqual(expect.arrayContaining(paths))
})

test('every fault is named, in the words of the caller', () => {
  expect(faultPaths(() => query('w=0&zoom=1&compress=500'))).toEqual(
    expect.arrayContaining(['w', 'zoom', 'compress']),
  )
  expect(faultPaths(() => parseParameters({ w: ['1', '2'] }))).toContain('w')
  expect(faultPaths(() => parseParameters({ width: { a: 1 }, flip: {}, crop: [1, 2, 3] }))).toEqual(
    expect.arrayContaining(['width', 'flip', 'crop']),
  )
})

test('what other software hangs onto a URL, and what is empty, is not there', () => {
  const bare = query('w=300&format=webp')
  for (const extra of [
    '_=1712',
    'utm_source=a&utm_x=b',
    'fbclid=x',
    'gclid=x&gclid=y',
    'h=',
    'watermarkText=',
    'flip=',
  ])
    expect(query(`${extra}&w=300&format=webp`)).toEqual(bare)
  expect(parseParameters({ width: 300, height: null, flip: null, format: 'webp', blur: '' })).toEqual(bare)
  expect(query('_=1&utm_source=a&w=').transforms).toBe(false)
  expect(parseTransform({ width: 9, height: null, steps: null })).toEqual(query('w=9').recipe)
})

test('how a mark would look says nothing without a mark', () => {
  expect(query('w=9&watermarkOpacity=0.9&watermarkTile=1&watermarkColor=red').recipe).toEqual(
    query('w=9').recipe,
  )
})

test.each([
  [0, 100],
  [20, 80],
  [99, 1],
  [100, 1],
])('compress=%i is quality %i', (compress, quality) => {
  expect(query(`compress=${compress}`).recipe.output.quality).toBe(quality)
})

test('what speaks of the request alone is kept apart from the recipe', () => {
  const parsed = query('preset=small&v=3&download=cat.jpg&exp=1700000000&sig=abc')
  expect(parsed.request).toEqual({
    preset: 'small',
    version: 3,
    download: 'cat.jpg',
    exp: 1_700_000_000,
    sig: 'abc',
  })
  expect(parsed.transforms).toBe(false)
  expect(query('download=1').request).toEqual({ download: true })
  expect(query('download=0').request).toEqual({})
  expect(query('w=1').transforms).toBe(true)
})

test('auto is settled by what the client said', () => {
  const parsed = query('width=auto&h=100&format=auto&q=1'.replace('&q=1', ''))
  expect(parsed.request).toEqual({ width: 'auto', format: 'auto' })
  expect(parsed.recipe.output.format).toBeUndefined()
  const settled = resolve(parsed, { width: 640, format: 'webp' })
  expect(settled.recipe).toEqual(query('width=640&h=100&format=webp').recipe)
  expect(settled.request).toEqual({})
  expect(resolve(query('w=5'), { width: 640, format: 'webp' }).recipe).toEqual(query('w=5').recipe)
})

test('a preset comes first, the request after it, and what it says of the file wins', () => {
  const recipe = withPreset(query('preset=small&grayscale=1&format=webp&quality=50'), defaultPresets)
  expect(recipe.steps.map(({ op }) => op)).toEqual(['resize', 'grayscale'])
  expect(recipe.output).toMatchObject({ format: 'webp', quality: 50, metadata: 'copyright' })
  expect(withPreset(query('preset=original'), {})).toEqual(defaultPresets.original)
  expect(faultPaths(() => withPreset(query('preset=original&w=5'), {}))).toEqual(['preset'])
  expect(faultPaths(() => withPreset(query('preset=huge'), defaultPresets))).toEqual(['preset'])
  expect(faultPaths(() => withPreset(query('preset=constructor'), defaultPresets))).toEqual(['preset'])
})

test('a transform takes steps in their order, beside the output parameters', () => {
  const recipe = parseTransform({
    steps: [
      { op: 'blur', sigma: 2 },
      { op: 'resize', width: 9 },
    ],
    format: 'jpg',
    compress: 40,
  })
  expect(recipe.steps.map(({ op }) => op)).toEqual(['blur', 'resize'])
  expect(recipe.output).toMatchObject({ format: 'jpeg', quality: 60 })
  expect(parseTransform({ width: 9, format: 'png' })).toEqual(query('w=9&format=png').recipe)
  expect(parseTransform({ preset: 'small' }, { presets: defaultPresets })).toEqual(defaultPresets.small)
})

test.each([
  [{}, ['steps']],
  [{ steps: [] }, ['steps']],
  [{ steps: 'blur' }, ['steps']],
  [{ steps: [{ op: 'blur' }] }, ['steps.0.sigma']],
  [{ steps: [{ op: 'flip' }], width: 5 }, ['width']],
  [{ steps: [{ op: 'flip' }], zoom: 5 }, ['zoom']],
  [{ width: 5, format: 'auto' }, ['format']],
  [{ width: 'auto' }, ['width']],
  [{ width: 5, exp: 5 }, ['exp']],
  [{ width: 5, v: 1 }, ['v']],
])('the transform %j is refused', (body, paths) => {
  expect(faultPaths(() => parseTransform(body))).toEqual(expect.arrayContaining(paths))
})

test('the schemas can be written into OpenAPI', () => {
  for (const io of ['input', 'output'] as const)
    expect(() => z.toJSONSchema(recipeSchema, { io })).not.toThrow()
  expect(() => z.toJSONSchema(bagSchema, { io: 'input' })).not.toThrow()
})
