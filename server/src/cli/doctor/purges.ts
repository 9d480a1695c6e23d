import { sendPurge } from '../../notify/index.ts'
import { createOutbound } from '../../platform/http/outbound.ts'
import type { Config } from '../../roles/config.ts'
import type { Check } from './check.ts'

/** Tells each cache to forget what no cache has. */
export function* checkPurges({ notify }: Config): Generator<Check> {
  for (const url of notify.purgeUrls) {
    const { host } = new URL(url)
    yield {
      name: `purges of ${host}`,
      advice:
        'PURGE_URL must answer 2xx to our POST: is the address right, and the secret or token (PURGE_HEADERS)?',
      async look() {
        const outbound = createOutbound({ allow: ['0.0.0.0/0', '::/0'] })
        try {
          await sendPurge(outbound, notify, { url, tags: ['doctor'], now: new Date() })
          return `${host} takes them, ${notify.purgeSecret === undefined ? 'unsigned' : 'signed'}`
        } finally {
          await outbound.close()
        }
      },
    }
  }
}
