import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../log.ts'
import { databaseFailure } from './failures.ts'

type OnNotify = (payload: string) => void

export interface Listener {
  listen(channel: string, onNotify: OnNotify): Promise<() => Promise<void>>
  close(): Promise<void>
}

/** Silence on a listening connection is normal, so a dead peer is only found by asking it something. */
const heartbeatMs = 15_000

/**
 * One connection for all channels of this process, made when first needed and made again, with all channels,
 * whenever it is lost. What was announced meanwhile is missed: who listens also looks at the table now and then.
 */
export function createListener(connect: () => pg.Client, log: Log): Listener {
  const channels = new Map<string, Set<OnNotify>>()
  const ending = new AbortController()
  let current: Promise<pg.Client> | undefined

  async function open(): Promise<pg.Client> {
    const client = connect()
    client.on('error', () => {})
    client.on('notification', ({ channel, payload }) => {
      for (const onNotify of channels.get(channel) ?? []) onNotify(payload ?? '')
    })
    try {
      await client.connect()
      for (const channel of channels.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`)
    } catch (error) {
      drop(client)
      throw error
    }
    const heartbeat = setInterval(() => {
      client.query('select 1').catch(() => drop(client))
    }, heartbeatMs).unref()
    client.once('end', () => {
      clearInterval(heartbeat)
      if (!ending.signal.aborted) void reopen()
    })
    return client
  }

  /** Ends a connection that no longer answers; `end()` would wait for an answer that never comes. */
  function drop(client: pg.Client): void {
    const { connection } = client as pg.Client & { connection?: { stream: { destroy(): void } } }
    connection?.stream.destroy()
  }

  async function reopen(): Promise<void> {
    log.warn({}, 'the connection that listens to the database was lost')
    for (let wait = 100; !ending.signal.aborted; wait = Math.min(wait * 2, 5_000)) {
      current = open()
      try {
        await current
        return
      } catch {
        await pause(wait * (0.5 + Math.random()), undefined, { signal: ending.signal, ref: false }).catch(
          () => {},
        )
      }
    }
  }

  async function connection(): Promise<pg.Client> {
    current ??= open()
    try {
      return await current
    } catch (error) {
      if (channels.size === 0) current = undefined
      throw databaseFailure(error)
    }
  }

  return {
    async listen(channel, onNotify) {
      const client = await connection()
      const known = channels.get(channel)
      if (known === undefined) {
        channels.set(channel, new Set([onNotify]))
        try {
          await client.query(`listen ${pg.escapeIdentifier(channel)}`)
        } catch (error) {
          channels.delete(channel)
          throw databaseFailure(error)
        }
      } else {
        known.add(onNotify)
      }
      return async () => {
        const listeners = channels.get(channel)
        listeners?.delete(onNotify)
        if (listeners?.size !== 0) return
        channels.delete(channel)
        await current?.then((open) => open.query(`unlisten ${pg.escapeIdentifier(channel)}`)).catch(() => {})
      }
    },
    async close() {
      ending.abort()
      const client = await current?.catch(() => undefined)
      if (client === undefined) return
      const ended = client.end().catch(() => {})
      const late = setTimeout(() => drop(client), 2_000)
      await ended
      clearTimeout(late)
    },
  }
}
