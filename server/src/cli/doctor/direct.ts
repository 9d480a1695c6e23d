import { mkdir } from 'node:fs/promises'
import { openStorage, storageKey } from '../../platform/storage/index.ts'
import type { Config } from '../../roles/config.ts'
import { type Check, Note } from './check.ts'

/**
 * Follows a link that leads to nothing: only a storage that took the signature says that there is no such key. A wrong
 * host, bucket or region would otherwise be found by the clients.
 */
export function* checkDirect(config: Config, spare: string): Generator<Check> {
  const { directUrl } = config.delivery
  if (directUrl === undefined) return
  yield {
    name: 'direct downloads',
    advice: `DELIVERY_DIRECT_URL is ${directUrl}. It must be the bucket of STORAGE_URL, as clients reach it.`,
    async look() {
      const folder = `${spare}/storage`
      await mkdir(folder, { recursive: true })
      const storage = await openStorage({ url: config.parts.storageUrl, folder, directUrl })
      try {
        const link = await storage.link?.(storageKey('doctor', 'nothing'), {
          from: new Date(),
          seconds: 60,
          contentType: 'image/png',
          contentDisposition: 'inline',
          cacheControl: 'no-store',
        })
        const { status, code } = await follow(link ?? '')
        if (code !== 'NoSuchKey') throw new Error(`${directUrl} answers ${status} ${code}`)
        return `${directUrl} takes our links`
      } finally {
        await storage.close()
      }
    },
  }
}

async function follow(link: string): Promise<{ status: number; code: string }> {
  const answer = await fetch(link, { signal: AbortSignal.timeout(5_000), redirect: 'manual' }).catch(() => {
    throw new Note('cannot be reached from here; whether clients can, only they can tell')
  })
  const [, code = 'nothing that S3 would say'] = /<Code>(\w{1,60})<\/Code>/.exec(await answer.text()) ?? []
  return { status: answer.status, code }
}
