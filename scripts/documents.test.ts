import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { faultsOf } from './description-faults.ts'
import { generatedDocs } from './generated-docs.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8')

interface Manifest {
  workspaces?: string[]
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

async function manifests(): Promise<Manifest[]> {
  const top = JSON.parse(await read('package.json')) as Manifest
  const folders = [...(top.workspaces ?? []), 'bench/peers', 'deploy/faces']
  const others = await Promise.all(folders.map((name) => read(`${name}/package.json`)))
  return [top, ...others.map((text) => JSON.parse(text) as Manifest)]
}

describe('generated documents', async () => {
  const documents = await generatedDocs()

  it.each(Object.keys(documents))('%s is what the code says (npm run docs)', async (path) => {
    expect(await read(path)).toBe(documents[path])
  })

  it('describes every operation as whoever generates a client needs it', () => {
    expect(faultsOf(JSON.parse(documents['docs/openapi.json'] ?? ''))).toEqual([])
  })

  it('describes what a delivery URL takes and answers, without a credential too', () => {
    interface Operation {
      parameters: { name: string; in: string; description?: string }[]
      responses: Record<string, { content?: Record<string, unknown> }>
      security: object[]
    }
    const { paths } = JSON.parse(documents['docs/openapi.json'] ?? '') as {
      paths: Record<string, { get: Operation }>
    }
    for (const [path, statuses] of [
      ['/images/{id}', ['200', '206', '302', '304']],
      ['/api/images/{id}/explain', ['200']],
    ] as const) {
      const operation = paths[path]?.get
      const query = operation?.parameters.filter((parameter) => parameter.in === 'query') ?? []
      const names = query.map(({ name }) => name)
      expect(names, path).toEqual(
        expect.arrayContaining(['crop', 'width', 'w', 'format', 'preset', 'v', 'download', 'exp', 'sig']),
      )
      expect(query.filter(({ description }) => !description)).toEqual([])
      const answers = Object.keys(operation?.responses ?? {})
      expect(
        answers.filter((status) => status < '400'),
        path,
      ).toEqual(statuses)
      expect(answers, path).toEqual(expect.arrayContaining(['400', '403', '404', '422', '503']))
      expect(operation?.security, path).toContainEqual({})
    }
  })
})

describe('dependencies', () => {
  it('each stand in docs/dependencies.md with a reason, and nothing else does', async () => {
    const all = (await manifests()).flatMap((manifest) =>
      Object.keys({
        ...manifest.dependencies,
        ...manifest.devDependencies,
        ...manifest.optionalDependencies,
      }),
    )
    const direct = new Set(all.filter((name) => !name.startsWith('@rendition/')))
    const rows = [...(await read('docs/dependencies.md')).matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)]
    const explained = rows.map(([, name = '']) => name)
    expect([...direct].filter((name) => !explained.some((row) => covers(row, name)))).toEqual([])
    expect(explained.filter((row) => ![...direct].some((name) => covers(row, name)))).toEqual([])
    for (const [, name, reason = ''] of rows) expect(reason.length, name).toBeGreaterThan(15)
  })

  it('are pinned exactly', async () => {
    const loose = (await manifests()).flatMap((manifest) =>
      Object.entries({
        ...manifest.dependencies,
        ...manifest.devDependencies,
        ...manifest.optionalDependencies,
      }).filter(([, version]) => !/^(npm:[^@]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
    )
    expect(loose).toEqual([])
  })
})

/** A row may stand for a family: `@types/*`. */
const covers = (row: string, name: string): boolean =>
  row === name || (row.endsWith('*') && name.startsWith(row.slice(0, -1)))
