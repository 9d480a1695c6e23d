import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../log.ts'
import {
  checkRedis,
  connectRedis,
  createTrouble,
  endRedis,
  leaveReplica,
  patient,
  untilReady,
} from '../redis/connection.ts'
import type { Bus } from './port.ts'

/** A subscriber hears nothing for hours when nothing happens; only asking tells that the other end is gone. */
const heartbeatMs = 10_000

/**
 * Announcements between processes by Redis' publish and subscribe. While Redis is away they are lost, and nobody who
 * publishes is told; subscriptions come back with it.
 */
export async function openRedisBus(options: { url: string; log: Log; prefix?: string }): Promise<Bus> {
  const { url, log, prefix = 'rendition:bus:' } = options
  const sender = connectRedis(url, log)
  // Subscriptions asked for during an outage wait for its end.
  const receiver = connectRedis(url, log, patient)
  const lost = createTrouble(log, 'announcements are lost: Redis is not reachable')
  const topics = new Map<string, Set<(text: string) => void>>()
  await Promise.all([untilReady(sender, 2_000), untilReady(receiver, 2_000)])

  receiver.on('message', (channel: string, text: string) => {
    for (const listener of topics.get(channel.slice(prefix.length)) ?? []) listener(text)
  })
  const beat = async (): Promise<void> => {
    // Without an answer the connection is given up, and made again.
    if (receiver.status === 'ready') receiver.ping().catch(lost)
    // To publish is no write: the old primary of a failover, now a replica, takes it and tells its own few subscribers.
    await Promise.all([leaveReplica(sender), leaveReplica(receiver)])
  }
  const heartbeat = setInterval(() => void beat(), heartbeatMs).unref()

  return {
    reach: 'cluster',
    async publish(topic, payload) {
      await sender.publish(prefix + topic, JSON.stringify(payload ?? null)).catch(lost)
    },
    async subscribe(topic, onMessage) {
      const listener = (text: string) => {
        try {
          onMessage(JSON.parse(text))
        } catch (error) {
          log.error({ err: error, topic }, 'a subscriber failed')
        }
      }
      const listeners = topics.get(topic) ?? new Set()
      topics.set(topic, listeners.add(listener))
      if (listeners.size === 1) {
        const subscribed = receiver.subscribe(prefix + topic).then(() => {})
        subscribed.catch(lost)
        // It is queued in any case; the caller need not wait for Redis to come back.
        await Promise.race([subscribed.catch(() => {}), pause(2_000, undefined, { ref: false })])
      }
      return async () => {
        listeners.delete(listener)
        if (listeners.size > 0 || topics.get(topic) !== listeners) return
        topics.delete(topic)
        await Promise.race([
          receiver.unsubscribe(prefix + topic).catch(lost),
          pause(2_000, undefined, { ref: false }),
        ])
      }
    },
    check: () => checkRedis(sender),
    async close() {
      clearInterval(heartbeat)
      topics.clear()
      await Promise.all([endRedis(sender), endRedis(receiver)])
    },
  }
}
