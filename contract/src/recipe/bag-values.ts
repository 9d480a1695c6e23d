import { z } from 'zod'
import { parseColour } from './colour.ts'
import { round3 } from './number.ts'
import { maximumSide } from './operations.ts'

/**
 * Values of a parameter bag. A query string has only text, JSON has numbers and booleans too: both spellings mean
 * the same value. Text is read strictly: no spaces, no exponents, no hexadecimal, no empty numbers.
 */
const numeral = /^-?(\d{1,12}(\.\d{0,18})?|\.\d{1,18})$/

/** The number a text or number stands for; null when it is none. */
export function readNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  return typeof value === 'string' && numeral.test(value) ? Number(value) : null
}

/** A value as text. The longest that means anything is a watermark's. */
export const valueText = z.string().max(1_024)
const oneValue = { error: 'must be a single value' }
/** What a number may be, for the description: `read` judges it, after rounding. */
const published = (minimum: number, maximum: number, whole: boolean) =>
  z.number().meta({ minimum, maximum, ...(whole ? { type: 'integer' } : {}) })
const scalar = (min: number, max: number, whole = false) =>
  z.union([valueText, published(min, max, whole)], oneValue)
const loose = (min: number, max: number) =>
  z.union([valueText, published(min, max, false), z.boolean()], oneValue)
/** Whole pixels of a list or an object. */
export const pixelsSchema = (max: number) => published(0, max, true)

/** What turns a value in a form. */
export type Control =
  | { kind: 'number'; min: number; max: number; whole: boolean; words: readonly string[] }
  | { kind: 'switch or number'; min: number; max: number; whole: boolean }
  | { kind: 'switch' }
  | { kind: 'words'; words: readonly string[] }
  | { kind: 'colour' }
  | { kind: 'text' }

const controls = new WeakMap<object, Control>()

/** The control of a value that was made here; undefined for any other. */
export const controlOfValue = (schema: object): Control | undefined => controls.get(schema)

/** Notes what turns a value. */
export function controlled<S extends object>(control: Control, schema: S): S {
  controls.set(schema, control)
  return schema
}

/** A value read by `read`, which gives null for what it refuses. */
function value<T>(
  input: z.ZodType<string | number | boolean>,
  message: string,
  read: (value: unknown) => T | null,
) {
  return input.transform((raw, context): T => {
    const result = read(raw)
    if (result !== null) return result
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })
}

/** A number to three decimals, within bounds. */
export function readDecimal(raw: unknown, min: number, max: number): number | null {
  const number = readNumber(raw)
  if (number === null) return null
  const rounded = round3(number)
  return rounded >= min && rounded <= max ? rounded : null
}

function readWhole(raw: unknown, min: number, max: number): number | null {
  const number = readNumber(raw)
  return number !== null && Number.isInteger(number) && number >= min && number <= max ? number + 0 : null
}

export function decimalValue(min: number, max: number) {
  return controlled(
    { kind: 'number', min, max, whole: false, words: [] },
    value(scalar(min, max), `must be a number from ${min} to ${max}`, (raw) => readDecimal(raw, min, max)),
  )
}

export function wholeValue(min: number, max: number) {
  return controlled(
    { kind: 'number', min, max, whole: true, words: [] },
    value(scalar(min, max, true), `must be a whole number from ${min} to ${max}`, (raw) =>
      readWhole(raw, min, max),
    ),
  )
}

export const sideValue = wholeValue(1, maximumSide)

/** A whole number or one of the words. */
export function wholeOr<Word extends string>(min: number, max: number, ...words: readonly Word[]) {
  return controlled(
    { kind: 'number', min, max, whole: true, words },
    value<number | Word>(
      scalar(min, max, true),
      `must be a whole number from ${min} to ${max}, or ${words.join(', ')}`,
      (raw) => words.find((word) => word === raw) ?? readWhole(raw, min, max),
    ),
  )
}

/** `1`, `true` or nothing at all say yes; `0` and `false` say no. Null for anything else. */
function readFlag(raw: unknown): boolean | null {
  if (raw === true || raw === 1 || raw === '1' || raw === 'true' || raw === '') return true
  if (raw === false || raw === 0 || raw === '0' || raw === 'false') return false
  return null
}

export const flagValue = controlled(
  { kind: 'switch' },
  value(loose(0, 1), 'must be true or false (1 or 0)', readFlag),
)

/** A switch that may also carry a number: `trim`, `trim=20`. Yes gives `on`, no gives `false`. */
export function flagOrNumber(on: number, min: number, max: number, integer: boolean) {
  const kind = integer ? 'a whole number' : 'a number'
  const read = value<number | false>(
    loose(0, max),
    `must be true, false or ${kind} from ${min} to ${max}`,
    (raw) => {
      const flag = readFlag(raw)
      if (flag !== null) return flag ? on : false
      return integer ? readWhole(raw, min, max) : readDecimal(raw, min, max)
    },
  )
  return controlled({ kind: 'switch or number', min, max, whole: integer }, read)
}

/** One of the words; `aliases` are other spellings of them. */
export function wordValue<Word extends string>(
  words: readonly Word[],
  aliases: Readonly<Record<string, Word>> = {},
) {
  const known = [...words, ...Object.keys(aliases)]
  const read = value<Word>(valueText, `must be one of: ${known.join(', ')}`, (raw) => {
    if (typeof raw !== 'string') return null
    if (Object.hasOwn(aliases, raw)) return aliases[raw] ?? null
    return words.find((word) => word === raw) ?? null
  })
  return controlled({ kind: 'words', words }, read)
}

export const colourValue = controlled(
  { kind: 'colour' },
  value<string>(valueText, 'must be a CSS colour name, rgb, rgba, rrggbb or rrggbbaa', (raw) =>
    typeof raw === 'string' ? parseColour(raw) : null,
  ),
)

/** Whole numbers in a row: `10,20`, and in JSON also `[10, 20]`. Null unless all are in range. */
export function readList(raw: unknown, min: number, max: number): number[] | null {
  const parts = typeof raw === 'string' ? raw.split(',') : typeof raw === 'number' ? [raw] : raw
  if (!Array.isArray(parts)) return null
  const numbers = parts.map((part) => readWhole(part, min, max))
  return numbers.every((number) => number !== null) ? numbers : null
}
