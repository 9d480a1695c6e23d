import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

interface Locked {
  version?: string
  link?: boolean
  resolved?: string
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

const text = await readFile(join(import.meta.dirname, '../package-lock.json'), 'utf8')
const { packages } = JSON.parse(text) as { packages: Record<string, Locked> }

/** Where Node would look for `name` from the package at `path`, nearest first. */
function placesOf(name: string, path: string): string[] {
  const inside = path === '' ? '' : `${path}/`
  const places = [`${inside}node_modules/${name}`]
  const outer = path.lastIndexOf('node_modules/')
  if (path !== '') places.push(...placesOf(name, outer < 0 ? '' : path.slice(0, Math.max(0, outer - 1))))
  return places
}

describe('the lock', () => {
  /**
   * npm leaves the optional packages of other platforms out when it changes a lock beside installed packages, and
   * then refuses `npm ci` on every machine. A lock made from the manifests alone, without node_modules, is whole.
   */
  it('holds what every package asks for, on every platform', () => {
    const missing = Object.entries(packages).flatMap(([path, locked]) =>
      Object.keys({ ...locked.dependencies, ...locked.optionalDependencies })
        .filter((name) => !placesOf(name, path).some((place) => place in packages))
        .map((name) => `${path} needs ${name}`),
    )
    expect(missing).toEqual([])
    expect(Object.keys(packages).length).toBeGreaterThan(300)
  })

  it('names no registry', () => {
    expect(text.match(/https?:\/\/[^"]*registry[^"]*/g)).toBeNull()
    expect(Object.values(packages).filter(({ resolved }) => resolved?.includes(':'))).toEqual([])
  })
})
