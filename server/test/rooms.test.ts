import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkRooms, rooms } from './rooms.ts'

const root = join(import.meta.dirname, '../..')
const folders = ['contract/src', 'client/src', 'client/examples', 'server/src', 'web/src', 'acceptance/src']

describe('rooms', () => {
  it('import only what the table allows', async () => {
    const report = await checkRooms(root, folders)
    expect(report.violations).toEqual([])
    expect(report.files).toBeGreaterThan(100)
    expect(report.arrows).toBeGreaterThan(200)
    const told = Object.entries(rooms).flatMap(([room, { topics = {} }]) =>
      Object.keys(topics).map((topic) => `${room}/${topic}`),
    )
    expect(report.topics.toSorted()).toEqual(told.toSorted())
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
    for (const folder of folders) await rm(join(tree, folder), { recursive: true, force: true })
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(tree, path)), { recursive: true })
      await writeFile(join(tree, path), text)
    }
    const report = await checkRooms(
      tree,
      folders.filter((folder) => Object.keys(files).some((path) => path.startsWith(`${folder}/`))),
    )
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
    [
      'an arrow between topics that the table lacks',
      {
        'server/src/auth/store/a.ts': "export { thing } from '../sessions/b.ts'\n",
        'server/src/auth/sessions/b.ts': index,
      },
      'auth/store may not import sessions',
    ],
    [
      'a topic that the table lacks',
      { 'server/src/gateway/attic/a.ts': index },
      'gateway/attic is not among',
    ],
    [
      'a circle through files beside the topics',
      {
        'server/src/cli/doctor/a.ts': "export { thing } from '../b.ts'\n",
        'server/src/cli/b.ts': "export { thing } from './c.ts'\n",
        'server/src/cli/c.ts': "export { other as thing } from './doctor/d.ts'\n",
        'server/src/cli/doctor/d.ts': 'export const other = 1\n',
      },
      'cli: a circle, b.ts → c.ts → doctor → b.ts',
    ],
    [
      'an arrow upward in the page',
      {
        'web/src/state/a.ts': "export { thing } from '../gallery/b.ts'\n",
        'web/src/gallery/b.ts': index,
      },
      'web/state may not import gallery',
    ],
    [
      'a second way to the query cache',
      { 'web/src/viewer/a.tsx': "export { useQuery } from '@tanstack/react-query'\n" },
      'web may not use @tanstack/react-query',
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
