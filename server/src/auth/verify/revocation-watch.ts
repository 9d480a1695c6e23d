import { type Role, roleSchema } from '@rendition/contract'
import { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import type { Bus } from '../../platform/events/port.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import type { Revocation } from '../store/revocations.ts'

/** Bus topic; the payload is a list of `Revocation`. */
export const revokedTopic = 'auth.revoked'

/** What was revoked while access tokens issued before may still live: an hour of it is a few kilobytes. */
export interface RevocationWatch {
  /** Takes note; older news about the same subject changes nothing. */
  apply(revocations: readonly Revocation[]): void
  /** Reads the table when that was not done for some seconds. Never throws: without the database, what is known counts. */
  refresh(): Promise<void>
  sessionRevoked(sessionId: string): boolean
  /** The user's role after the last change, null when disabled or gone, undefined when nothing changed. */
  roleOf(userId: string): Role | null | undefined
  close(): Promise<void>
}

export interface RevocationWatchOptions {
  /** Reads those of the last seconds; absent in a process that has no database, which then knows what the bus says. */
  load?: (seconds: number) => Promise<Revocation[]>
  bus: Bus | undefined
  clock: Clock
  log: Logger
  /** How long an access token lives. */
  accessTokenSeconds: number
  /** Called for each new one, to drop cached keys. */
  onRevoked: (revocation: Revocation) => void
}

/** One indexed query each this often, and only while requests come in: what is revoked stops within this, bus or no bus. */
const staleAfterMs = 3_000
/** A transaction may show its rows this much later than it wrote them; a clock may be off by as much. */
const slackSeconds = 60

const messageSchema = z.array(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('session'), subject: z.string(), seq: z.number() }),
    z.object({ kind: z.literal('key'), subject: z.string(), seq: z.number() }),
    z.object({ kind: z.literal('user'), subject: z.string(), seq: z.number(), role: roleSchema.nullable() }),
  ]),
)

export async function watchRevocations(options: RevocationWatchOptions): Promise<RevocationWatch> {
  const { load, bus, clock, log } = options
  const keepMs = (options.accessTokenSeconds + slackSeconds) * 1000
  const known = new Map<string, { revocation: Revocation; until: number }>()
  let loadedAt: number | null = null
  let triedAt: number | null = null
  let loading: Promise<void> | null = null

  const apply = (revocations: readonly Revocation[]): void => {
    const until = clock.now().getTime() + keepMs
    for (const revocation of revocations) {
      const key = `${revocation.kind} ${revocation.subject}`
      const before = known.get(key)
      if (before !== undefined && before.revocation.seq >= revocation.seq) continue
      known.set(key, { revocation, until })
      options.onRevoked(revocation)
    }
  }
  const forget = (now: number): void => {
    for (const [key, { until }] of known) if (until < now) known.delete(key)
  }
  const read = async (from: (seconds: number) => Promise<Revocation[]>, now: number): Promise<void> => {
    const sinceSeconds = loadedAt === null ? Number.POSITIVE_INFINITY : (now - loadedAt) / 1000
    const seconds = Math.min(sinceSeconds, options.accessTokenSeconds) + slackSeconds
    try {
      apply(await from(seconds))
      forget(now)
      loadedAt = now
    } catch (err) {
      log.warn({ err }, 'revocations could not be read')
    }
  }
  const unsubscribe = await bus?.subscribe(revokedTopic, (payload) => {
    const message = messageSchema.safeParse(payload)
    if (message.success) apply(message.data)
    else log.warn({ topic: revokedTopic }, 'a message was not understood')
  })

  return {
    apply,
    refresh: async () => {
      if (load === undefined) return
      const now = clock.now().getTime()
      if (loading === null && (triedAt === null || Math.abs(now - triedAt) >= staleAfterMs)) {
        triedAt = now
        loading = read(load, now).finally(() => {
          loading = null
        })
      }
      await loading
    },
    sessionRevoked: (sessionId) => known.has(`session ${sessionId}`),
    roleOf: (userId) => {
      const revocation = known.get(`user ${userId}`)?.revocation
      return revocation?.kind === 'user' ? revocation.role : undefined
    },
    close: async () => {
      await unsubscribe?.()
      await loading
    },
  }
}
