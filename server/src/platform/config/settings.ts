import type { Setting } from '@rendition/contract'
import type { z } from 'zod'
import { type Environment, variablesOf } from './load.ts'

declare module 'zod' {
  interface GlobalMeta {
    /** Shown to nobody: `all` of the value, or the credentials and the query of an address. */
    secret?: 'all' | 'address'
  }
}

/** A value is for the eye: a secrets file of a megabyte is no use there, nor is a preset of ten thousand letters. */
const longest = 2_000

/** What is set, variable by variable, as an administrator may see it: secrets hidden by the mark of their schema. */
export function settingsOf(
  schema: z.ZodObject,
  environment: Environment,
  readFile: (path: string) => string,
): Setting[] {
  return variablesOf(schema).map(({ name, description, schema: leaf, default: usual }) => {
    const direct = environment[name] || undefined
    const file = environment[`${name}_FILE`] || undefined
    const { secret } = leaf.meta() ?? {}
    const text = direct ?? (file === undefined ? undefined : readFile(file).replace(/\r?\n$/, ''))
    const source = direct !== undefined ? 'environment' : file !== undefined ? 'file' : 'default'
    return {
      name,
      description,
      value: text === undefined ? (usual ?? null) : shown(text, secret),
      source,
      secret: secret !== undefined,
    }
  })
}

function shown(text: string, secret: 'all' | 'address' | undefined): string | null {
  if (secret === 'all') return null
  const open = secret === 'address' ? withoutCredentials(text) : text
  return open.length > longest ? `${open.slice(0, longest)}…` : open
}

/**
 * `redis://:p@ss/w?rd@host/0?token=x` → `redis://…@host/0?…`. Up to the last @ whatever stands there: passwords hold slashes,
 * question marks and more of them.
 */
export function withoutCredentials(address: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:(\/\/)?/i.exec(address)?.[0] ?? ''
  const at = address.lastIndexOf('@')
  const rest = at < 0 ? address.slice(scheme.length) : address.slice(at + 1)
  const query = rest.search(/[?#]/)
  return `${scheme}${at < 0 ? '' : '…@'}${query < 0 ? rest : `${rest.slice(0, query)}?…`}`
}
