import { type Log, silentLog } from '../log.ts'
import type { Queue } from './port.ts'

export type { Consumer, MessageHandler, Queue } from './port.ts'

export interface QueueOptions {
  /** `local:` (in this process), `amqp://` or `amqps://` (RabbitMQ), `redis://`, `rediss://` or `redis+sentinel://` (BullMQ). */
  url: string
  /** The pause before a failed message comes again, in milliseconds. */
  retryPauseMs?: number | undefined
  log?: Log | undefined
}

/** Opens the queue a URL names. A broker that is away when this is called does not stop it from opening. */
export async function openQueue(options: QueueOptions): Promise<Queue> {
  const { url, retryPauseMs, log = silentLog } = options
  const scheme = url.slice(0, url.indexOf(':'))
  switch (scheme) {
    case 'local': {
      const { openLocalQueue } = await import('./local.ts')
      return openLocalQueue({ log, retryPauseMs })
    }
    case 'amqp':
    case 'amqps': {
      const { openAmqpQueue } = await import('./amqp.ts')
      return openAmqpQueue({ url, log, retryPauseMs })
    }
    case 'redis':
    case 'rediss':
    case 'redis+sentinel': {
      const { openBullQueue } = await import('./bullmq.ts')
      return openBullQueue({ url, log, retryPauseMs })
    }
    default:
      throw new Error(`QUEUE_URL must start with local:, amqp:// or redis://, not ${scheme || 'nothing'}:`)
  }
}
