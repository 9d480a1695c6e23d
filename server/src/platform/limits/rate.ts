/** So much in so long. */
export interface Rate {
  most: number
  seconds: number
}

const units = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 } as const
const lengths = { s: 1, m: 60, h: 3_600, d: 86_400 } as const
/** A counter is forgotten by a timer, and those have an end. */
const longest = 7 * lengths.d

const shape = /^(\d{1,15})(KiB|MiB|GiB|TiB)?\/(\d{1,6})([smhd])$/

/** A rate as it is configured, such as `500/1h` or `20GiB/1h`: null for `off` and for none at all, undefined for no rate. */
export function rateOf(text: string): Rate | null | undefined {
  if (text === 'off' || text === '0') return null
  const [, amount, unit, count, length] = shape.exec(text) ?? []
  if (amount === undefined || length === undefined) return undefined
  const most = Number(amount) * (unit === undefined ? 1 : units[unit as keyof typeof units])
  const seconds = Number(count) * lengths[length as keyof typeof lengths]
  if (!Number.isSafeInteger(most) || seconds < 1 || seconds > longest) return undefined
  return most === 0 ? null : { most, seconds }
}
