import { EventEmitter } from 'node:events'
import { type Log, silentLog } from '../log.ts'
import type { Bus } from './port.ts'

/** Announcements within one process. A subscriber that throws is heard of in the log and disturbs nobody else. */
export function openLocalBus(log: Log = silentLog): Bus {
  const emitter = new EventEmitter()
  emitter.setMaxListeners(0)
  return {
    reach: 'process',
    async publish(topic, payload) {
      // Through JSON, as between processes: nobody gets to hold a sender's object, or a Date that elsewhere is text.
      const text = JSON.stringify(payload ?? null)
      setImmediate(() => emitter.emit(topic, text))
    },
    async subscribe(topic, onMessage) {
      const listener = (text: string) => {
        try {
          onMessage(JSON.parse(text))
        } catch (error) {
          log.error({ err: error, topic }, 'a subscriber failed')
        }
      }
      emitter.on(topic, listener)
      return async () => {
        emitter.off(topic, listener)
      }
    },
    check: async () => {},
    close: async () => {
      emitter.removeAllListeners()
    },
  }
}
