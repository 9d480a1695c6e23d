// @module-tag slow/contract
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'

/**
 * What whoever generates a client from the description gets: types of every answer and refusal, and a whole path that
 * works. The generator and its client are public ones; nothing here helps them but what the description says.
 */
const run = promisify(execFile)
const require = createRequire(import.meta.url)
let folder: string

const generate = `
import openapiTS, { astToString } from 'openapi-typescript'
import ts from 'typescript'
import { writeFile } from 'node:fs/promises'
const blob = ts.factory.createTypeReferenceNode('Blob')
// Of the generator's own manual: what is binary is a Blob.
const transform = (schema) => (schema.format === 'binary' ? blob : undefined)
const tree = await openapiTS(new URL(process.argv[2]), { transform })
await writeFile('schema.d.ts', astToString(tree))
`

const program = `
import createClient from 'openapi-fetch'
import type { paths } from './schema.d.ts'

export async function wholePath(baseUrl: string, username: string, image: Blob) {
  const open = createClient<paths>({ baseUrl })
  const credentials = { username, password: 'correct horse battery' }
  const account = await open.POST('/api/auth/register', { body: credentials })
  if (account.error !== undefined) throw new Error(account.error.detail)
  const again = await open.POST('/api/auth/register', { body: credentials })
  const refusal: 'account_exists' | undefined =
    again.response.status === 409 && again.error?.code === 'account_exists' ? again.error.code : undefined
  // @ts-expect-error what cannot be refused here has no code
  const never = again.error?.code === 'nothing_to_undo'

  const api = createClient<paths>({ baseUrl, headers: { authorization: \`Bearer \${account.data.accessToken}\` } })
  const uploaded = await api.POST('/api/images', {
    body: { image, visibility: 'private', tags: 'generated,client' },
    bodySerializer(body) {
      const form = new FormData()
      for (const [name, value] of Object.entries(body)) form.set(name, value as Blob | string)
      return form
    },
  })
  if (uploaded.error !== undefined) throw new Error(uploaded.error.detail)
  if (!('id' in uploaded.data)) throw new Error('one file, and not one image')
  const path = { id: uploaded.data.id }
  let status = uploaded.data.status
  while (status === 'pending' || status === 'processing') {
    const { data } = await api.GET('/api/images/{id}/status', { params: { path } })
    if (data === undefined) throw new Error('no status')
    status = data.status
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const query = { width: '30', format: 'webp' }
  const picture = await api.GET('/images/{id}', { params: { path, query }, parseAs: 'blob' })
  if (picture.data === undefined) throw new Error('no picture')
  const job = await api.POST('/api/images/{id}/transform', {
    params: { path },
    body: { saveImage: true, async: false, steps: [{ op: 'rotate', angle: 90 }], quality: 80 },
  })
  const gone = await api.DELETE('/api/images/{id}', { params: { path } })
  // @ts-expect-error there is no such operation
  api.PUT('/api/images/{id}', { params: { path } })
  return {
    status,
    refusal,
    never,
    tags: uploaded.data.tags,
    picture: picture.data,
    made: job.data !== undefined && 'result' in job.data ? job.data.result?.version : null,
    gone: gone.response.status,
  }
}
`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rendition-generated-'))
  await mkdir(join(folder, 'node_modules'))
  const packages = {
    typescript: require.resolve('typescript/package.json'),
    'openapi-typescript': require.resolve('openapi-typescript/package.json'),
    'openapi-fetch': require.resolve('openapi-fetch/package.json'),
  }
  for (const [name, file] of Object.entries(packages))
    await symlink(dirname(file), join(folder, 'node_modules', name))
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    target: 'ES2023',
    module: 'NodeNext',
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    types: [],
    outDir: 'out',
  }
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }))
  await writeFile(join(folder, 'generate.js'), generate)
  await writeFile(join(folder, 'use.ts'), program)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('a client made by a public generator registers, uploads, waits, downloads and deletes', async () => {
  const baseUrl = inject('baseUrl')
  await run(process.execPath, ['generate.js', `${baseUrl}/api/openapi.json`], { cwd: folder })
  const types = await run(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', folder]).catch(
    (error: { stdout: string }) => error,
  )
  expect(types.stdout).toBe('')
  const used = (await import(pathToFileURL(join(folder, 'out/use.js')).href)) as {
    wholePath(baseUrl: string, username: string, image: Blob): Promise<{ picture: Blob }>
  }
  const bytes = await sharp({ create: { width: 90, height: 60, channels: 3, background: '#268' } })
    .jpeg()
    .toBuffer()
  const image = new File([new Uint8Array(bytes)], 'a.jpg', { type: 'image/jpeg' })
  const seen = await used.wholePath(baseUrl, `generated${Date.now()}`, image)
  expect(seen).toMatchObject({
    status: 'complete',
    refusal: 'account_exists',
    never: false,
    tags: ['generated', 'client'],
    made: 2,
    gone: 204,
  })
  const { format, width } = await sharp(await seen.picture.arrayBuffer()).metadata()
  expect({ format, width }).toEqual({ format: 'webp', width: 30 })
}, 120_000)
