// @module-tag slow/real-servers

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PutBucketPolicyCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createBucket,
  s3Client,
  s3Credentials,
  s3Missing,
  s3StorageUrl,
  startS3,
} from '../../../test/services/s3.ts'
import type { Service } from '../../../test/services/service.ts'
import { openStorage } from '../../platform/storage/index.ts'
import { proveStorage } from '../../roles/prove-storage.ts'
import { Fault } from './check.ts'
import { checkStorage } from './storage.ts'

/** Each way in which S3 is set up wrongly, as `doctor` and the start tell it. */
describe.skipIf(s3Missing)(
  `a storage that is set up wrongly${s3Missing === undefined ? '' : ` [skipped: ${s3Missing}]`}`,
  () => {
    let folder: string
    let server: Service
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rendition-set-up-'))
      server = await startS3(folder)
      await createBucket(server.url, 'pictures')
      await createBucket(server.url, 'shown')
      const client = s3Client(server.url)
      const Statement = [
        { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::shown/*' },
      ]
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
      await client.send(new PutBucketPolicyCommand({ Bucket: 'shown', Policy }))
      client.destroy()
    })
    afterAll(async () => {
      await server?.stop()
      await rm(folder, { recursive: true, force: true })
    })

    const url = (bucket: string, change: (url: string) => string = (same) => same) =>
      change(s3StorageUrl(server.url, bucket))
    const { accessKeyId, secretAccessKey } = s3Credentials

    it('is fine when it is not', async () => {
      expect(await checkStorage(url('pictures'), join(folder, 'local')).look()).toMatch(/keeps, gives/)
      await expect(start(url('pictures'))).resolves.toEqual([])
    })

    it.each<[string, () => Promise<string>, RegExp, RegExp, 'refuses' | 'goes on']>([
      [
        'a wrong secret',
        async () => url('pictures', (right) => right.replace(secretAccessKey, 'another-secret')),
        /SignatureDoesNotMatch/,
        /secret is another/,
        'refuses',
      ],
      [
        'an unknown key',
        async () => url('pictures', (right) => right.replace(accessKeyId, 'nobody')),
        /InvalidAccessKeyId/,
        /knows no such access key/,
        'refuses',
      ],
      ['no bucket', async () => url('nowhere'), /NoSuchBucket/, /aws s3 mb s3:\/\/nowhere/, 'refuses'],
      [
        'a dead port',
        async () => url('pictures', (right) => right.replace(/%3A\d+/, '%3A1')),
        /ECONNREFUSED/,
        /Is the store up/,
        'goes on',
      ],
      ['a bucket that may only be read', async () => url('shown'), /AccessDenied/, /s3:PutObject/, 'goes on'],
    ])('by %s: says the code and what to do', async (_what, wrong, code, advice, then) => {
      const storageUrl = await wrong()
      const fault = await checkStorage(storageUrl, join(folder, 'local'))
        .look()
        .catch((error: unknown) => error)
      expect(fault).toBeInstanceOf(Fault)
      const { message, advice: told } = fault as Fault
      expect(message).toMatch(code)
      expect(told).toMatch(advice)
      expect(message + told).not.toMatch(/another-secret|test-secret/)
      const [said = '', ...more] = await start(storageUrl)
      expect(more).toEqual([])
      expect(said).toMatch(code)
      expect(said).toMatch(advice)
      expect(said.startsWith('refused: ')).toBe(then === 'refuses')
    })

    /** What the start says: in its log, or as it refuses. */
    async function start(storageUrl: string): Promise<string[]> {
      const said: string[] = []
      const log = { info: () => {}, warn: () => {}, error: (_: object, text: string) => void said.push(text) }
      const storage = await openStorage({ url: storageUrl, folder: join(folder, 'local') })
      await proveStorage(storage, storageUrl, log as never).catch(({ message }: Error) =>
        said.push(`refused: ${message}`),
      )
      await storage.close()
      return said
    }
  },
)
