import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

interface Locked {
  version?: string
  deprecated?: string
  hasInstallScript?: boolean
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

  /** npm ends an install with a warning for each that nobody has judged, which looks like a failure. */
  it('brings no install script that was not judged, and nothing that is given up', async () => {
    const manifest = await readFile(join(import.meta.dirname, '../package.json'), 'utf8')
    const { allowScripts } = JSON.parse(manifest) as { allowScripts: Record<string, boolean> }
    const nameOf = (path: string): string =>
      path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const of = (wanted: (locked: Locked) => boolean): string[] =>
      Object.entries(packages).flatMap(([path, locked]) => (wanted(locked) ? [nameOf(path)] : []))
    const asking = of(({ hasInstallScript }) => hasInstallScript === true)
    expect(asking.filter((name) => !(name in allowScripts))).toEqual([])
    expect(asking.length).toBeGreaterThan(0)
    expect(of(({ deprecated }) => deprecated !== undefined)).toEqual([])
  })

  it('has one sharp, whose libraries are the heaviest of what runs', () => {
    expect(Object.keys(packages).filter((path) => /(^|\/)node_modules\/sharp$/.test(path))).toHaveLength(1)
  })

  it('names no registry', () => {
    expect(text.match(/https?:\/\/[^"]*registry[^"]*/g)).toBeNull()
    expect(Object.values(packages).filter(({ resolved }) => resolved?.includes(':'))).toEqual([])
  })
})
