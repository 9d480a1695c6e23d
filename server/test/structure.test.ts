import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { breaches, rules, sourceFiles } from './structure.ts'

const root = join(import.meta.dirname, '../..')

describe('the tree', async () => {
  const files = await sourceFiles(root)

  it('is really read', () => {
    expect(files.length).toBeGreaterThan(100)
  })

  it.each(rules.map((rule) => [rule.name, rule] as const))('keeps the rule: %s', (_name, rule) => {
    expect(breaches(files, rule)).toEqual([])
  })
})

describe('the rules', () => {
  it.each([
    ['file length', 'server/src/images/a.ts', 'x\n'.repeat(301)],
    ['file length', 'server/src/images/a.test.ts', 'x\n'.repeat(501)],
    ['names say what is inside', 'server/src/images/string-utils.ts', ''],
    ['names say what is inside', 'server/src/common/a.ts', ''],
    ['names say what is inside', 'server/src/images/UploadImage.ts', ''],
    ['folders are shallow', 'server/src/images/a/b/c.ts', ''],
    ['the environment is read at the entry', 'server/src/images/a.ts', 'const a = process.env.A\n'],
    ['the environment is read at the entry', 'server/src/worker/a.ts', 'process.exit(1)\n'],
    ['nothing calls out on its own', 'server/src/images/a.ts', 'await fetch("http://a/")\n'],
    ['what logs is called log', 'server/src/auth/a.ts', 'const { logger } = options\n'],
    [
      'advisory locks stand in the register',
      'server/src/auth/store/a.ts',
      'await tx.query(`select pg_advisory_xact_lock(7)`)\n',
    ],
    ['SQL lies in the store of its room', 'server/src/auth/a.ts', "await db.query('select 1')\n"],
    ['SQL lies in the store of its room', 'server/src/auth/a/b.ts', 'await tx.query<{ id: string }>(text)\n'],
    [
      'SQL lies in the store of its room',
      'server/src/cli/a.ts',
      'const text = `\n  insert into users (id)`\n',
    ],
  ])('%s: finds a breach in %s', (name, path, text) => {
    const rule = rules.find((candidate) => candidate.name === name)
    expect(rule && breaches([{ path, text }], rule)).toHaveLength(1)
  })

  it('let clean files pass', () => {
    const file = {
      path: 'server/src/images/upload-image.ts',
      text: '// not from process.env\nexport const prefetch = (a: Cache) => a.fetch("b")\n',
    }
    const store = {
      path: 'server/src/auth/store/users.ts',
      text: 'await db.query<{ id: string }>(`select id from users`)\n',
    }
    const plain = {
      path: 'server/src/auth/list-users.ts',
      text: "const { page } = request.query\nthrow new Failure('invalid_request', 'select a page')\n",
    }
    expect(rules.flatMap((rule) => breaches([file, store, plain], rule))).toEqual([])
  })
})
