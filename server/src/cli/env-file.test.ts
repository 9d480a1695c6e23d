import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { withEnvFile } from './env-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'rendition-env-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, '.env')

it('adds what the file says, and the environment wins in either form', () => {
  writeFileSync(
    file,
    '# a comment\nPORT=9000\nHOST="0.0.0.0"\nCACHE_URL=redis://file\nLOG_LEVEL=debug\nSECRETS_FILE=/s\n',
  )
  const environment = { PORT: '1', CACHE_URL_FILE: '/c', LOG_LEVEL: '', SECRETS: 's' }
  expect(withEnvFile(environment, file)).toEqual({ ...environment, HOST: '0.0.0.0', LOG_LEVEL: 'debug' })
})

it('is the environment alone where there is no file', () => {
  expect(withEnvFile({ PORT: '1' }, join(folder, 'none'))).toEqual({ PORT: '1' })
})

it('says which file cannot be read', () => {
  expect(() => withEnvFile({}, folder)).toThrow(folder)
})
