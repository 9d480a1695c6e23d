import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkRooms } from './rooms.ts'

const root = join(import.meta.dirname, '../..')
const folders = ['contract/src', 'client/src', 'server/src', 'web/src', 'acceptance/src']

describe('rooms', () => {
  it('import only what the table allows', async () => {
    const report = await checkRooms(root, folders)
    expect(report.violations).toEqual([])
    expect(report.files).toBeGreaterThan(100)
    expect(report.arrows).toBeGreaterThan(200)
  })
})

describe('the room check', () => {
  let tree: string
  beforeAll(async () => {
    tree = await mkdtemp(join(tmpdir(), 'rooms-'))
    await symlink(join(root, 'node_modules'), join(tree, 'node_modules'))
  })
  afterAll(() => rm(tree, { recursive: true, force: true }))

  /** Lays one small tree and gives what the check says of it. */
  async function judge(files: Record<string, string>): Promise<string[]> {
    await rm(join(tree, 'server'), { recursive: true, force: true })
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(tree, path)), { recursive: true })
      await writeFile(join(tree, path), text)
    }
    const report = await checkRooms(tree, ['server/src'])
    expect(report.files).toBeGreaterThanOrEqual(Object.keys(files).length)
    return report.violations
  }
  const index = 'export const thing = 1\n'

  it.each([
    [
      'an arrow that the table lacks',
      {
        'server/src/delivery/cold.ts': "export { thing } from '../worker/index.ts'\n",
        'server/src/worker/index.ts': index,
      },
      'delivery may not import worker',
    ],
    [
      'an arrow of types alone',
      {
        'server/src/imaging/a.ts': "import type { T } from '../images/index.ts'\nexport type U = T\n",
        'server/src/images/index.ts': 'export type T = 1\n',
      },
      'imaging may not import images',
    ],
    [
      'a way past the door',
      {
        'server/src/images/a.ts': "export { thing } from '../jobs/store.ts'\n",
        'server/src/jobs/store.ts': index,
      },
      'store.ts is private to jobs',
    ],
    [
      'a lazy import',
      {
        'server/src/auth/a.ts': "export const open = () => import('../gateway/index.ts')\n",
        'server/src/gateway/index.ts': index,
      },
      'auth may not import gateway',
    ],
    [
      'a package of another room',
      { 'server/src/delivery/a.ts': "import sharp from 'sharp'\nexport const a = sharp\n" },
      'delivery may not use sharp',
    ],
    [
      'files in the pure room',
      { 'server/src/imaging/a.ts': "export { readFile } from 'node:fs/promises'\n" },
      'imaging may not use node:fs',
    ],
    [
      'Fastify in a use case',
      {
        'server/src/images/upload-image.ts': "export type { FastifyRequest } from 'fastify'\n",
      },
      'images may not use fastify',
    ],
    ['a room without a row', { 'server/src/attic/index.ts': index }, 'attic is not in the table'],
  ])('finds %s', async (_what, files, message) => {
    const violations = await judge(files as Record<string, string>)
    expect(violations.join('\n')).toContain(message)
    expect(violations).toHaveLength(1)
  })

  it('lets allowed arrows through', async () => {
    expect(
      await judge({
        'server/src/images/routes.ts': "import 'fastify'\nimport './upload-image.ts'\n",
        'server/src/images/upload-image.ts':
          "import 'node:crypto'\nimport '../jobs/index.ts'\nimport '../platform/clock.ts'\n",
        'server/src/jobs/index.ts': index,
        'server/src/platform/clock.ts': index,
      }),
    ).toEqual([])
  })
})
