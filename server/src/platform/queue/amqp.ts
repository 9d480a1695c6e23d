import { randomUUID } from 'node:crypto'
import { type JobMessage, jobMessageSchema, type Priority } from '@rendition/contract'
import { type Consumer as AmqpConsumer, type AsyncMessage, Connection, ConsumerStatus } from 'rabbitmq-client'
import type { Log } from '../log.ts'
import { type Topology, topology } from './amqp-topology.ts'
import { withDeadline } from './deadline.ts'
import { Line, lanes } from './lanes.ts'
import type { Consumer, MessageHandler, Queue } from './port.ts'
import { createWorkforce } from './workforce.ts'

export interface AmqpQueueOptions {
  url: string
  log: Log
  retryPauseMs?: number | undefined
  /** Put before the names of the queues. */
  prefix?: string | undefined
}

/** After so many failures a message is laid aside; the sweeper publishes its job again if it still matters. */
const mostFailures = 20
const failuresHeader = 'x-failures'
const publishDeadlineMs = 10_000

/**
 * RabbitMQ: durable, replicated queues, publisher confirms, manual acknowledgement. A message is acknowledged when its
 * handler is done; when the connection or the process breaks before, the broker gives it to somebody else.
 */
export function openAmqpQueue(options: AmqpQueueOptions): Queue {
  const { log, retryPauseMs = 5_000, prefix = 'rendition' } = options
  const queues = topology(prefix)
  // A broker that is short of memory stops reading from connections that publish: consumers get one of their own.
  const sending = connect(options.url, log, 'publisher')
  let receiving: Connection | undefined
  const consumers = new Set<Consumer>()
  let closed = false

  const returned = new Set<string>()
  const publisher = sending.createPublisher({ confirm: true, maxAttempts: 2, queues: queues.all })
  publisher.on('basic.return', ({ messageId }) => returned.add(messageId ?? ''))

  /** Resolves when the broker has the message on disk in the queue named. */
  async function send(queue: string, body: unknown, more: { expiration?: string; failures?: number } = {}) {
    const messageId = randomUUID()
    await publisher.send(
      {
        routingKey: queue,
        durable: true,
        mandatory: true,
        messageId,
        headers: { [failuresHeader]: more.failures ?? 0 },
        ...(more.expiration === undefined ? {} : { expiration: more.expiration }),
      },
      body,
    )
    // A broker confirms what it could put nowhere too; it says so just before.
    if (returned.delete(messageId)) throw new Error(`the queue ${queue} is gone`)
  }

  async function retry(lane: Priority, message: JobMessage, failures: number): Promise<void> {
    if (failures > mostFailures) return send(queues.dead.queue, message, { failures })
    // One pause for all, so that the first to come is the first to leave: a queue looks only at its head.
    return send(queues.retries[lane].queue, message, { failures, expiration: `${retryPauseMs}` })
  }

  return {
    reach: 'cluster',

    async publish(lane, messages) {
      if (closed) throw new Error('the queue is closed')
      const sends = messages.map((message) => send(queues.lanes[lane].queue, message))
      await withDeadline(Promise.all(sends), publishDeadlineMs)
    },

    async consume(handler, { concurrency }) {
      receiving ??= connect(options.url, log, 'consumer')
      const consumer = startConsumer({
        connection: receiving,
        queues,
        handler,
        concurrency,
        log,
        retry,
        send,
      })
      consumers.add(consumer)
      return {
        async stop(deadlineMs) {
          await consumer.stop(deadlineMs)
          consumers.delete(consumer)
        },
      }
    },

    depth: () => withDeadline(countWaiting(sending, queues), 5_000),

    async check() {
      await withDeadline(sending.queueDeclare(queues.lanes.interactive), 1_000)
    },

    async close() {
      closed = true
      await Promise.all([...consumers].map((consumer) => consumer.stop(0)))
      await Promise.all([sending, receiving].map((connection) => end(connection, log)))
    },
  }

  async function end(connection: Connection | undefined, log: Log): Promise<void> {
    if (connection === undefined) return
    if (connection === sending) await withDeadline(publisher.close(), 2_000).catch(() => {})
    await withDeadline(connection.close(), 2_000).catch((error) => {
      log.warn({ err: error }, 'the connection to RabbitMQ was cut')
      connection.unsafeDestroy()
    })
  }
}

function connect(url: string, log: Log, name: string): Connection {
  const connection = new Connection({
    url,
    connectionName: `rendition ${name}`,
    connectionTimeout: 3_000,
    acquireTimeout: 4_000,
    // A frozen broker is found after two missed beats.
    heartbeat: 6,
    retryLow: 200,
    retryHigh: 5_000,
    noDelay: true,
  })
  let told = false
  connection.on('error', (error) => {
    if (!told) log.warn({ err: error }, 'RabbitMQ cannot be reached')
    told = true
  })
  connection.on('connection', () => {
    if (told) log.info({}, 'RabbitMQ is back')
    told = false
  })
  connection.on('connection.blocked', (reason) => log.warn({ reason }, 'RabbitMQ takes no messages just now'))
  return connection
}

async function countWaiting(connection: Connection, queues: Topology): Promise<Record<Priority, number>> {
  const count = async (lane: Priority) => {
    const ready = await connection.queueDeclare(queues.lanes[lane])
    const pausing = await connection.queueDeclare(queues.retries[lane])
    return ready.messageCount + pausing.messageCount
  }
  return { interactive: await count('interactive'), bulk: await count('bulk') }
}

interface Consuming {
  connection: Connection
  queues: Topology
  handler: MessageHandler
  concurrency: number
  log: Log
  retry(lane: Priority, message: JobMessage, failures: number): Promise<void>
  send(queue: string, body: unknown): Promise<void>
}

/** A message that has arrived and waits for a place; `settle` tells the broker what became of it. */
interface Arrived {
  lane: Priority
  message: JobMessage
  failures: number
  settle(status: ConsumerStatus): void
}

function startConsumer(consuming: Consuming): Consumer {
  const { connection, queues, handler, concurrency, log } = consuming
  const waiting: Record<Priority, Line<Arrived>> = { interactive: new Line(), bulk: new Line() }
  const held = new Set<Arrived>()
  const workforce = createWorkforce(concurrency, dispatch)
  let stopping: Promise<void> | undefined

  function dispatch(): void {
    for (const lane of lanes) {
      while (workforce.free() > 0 && waiting[lane].length > 0) {
        const arrived = waiting[lane].shift()
        if (arrived !== undefined) workforce.start((signal) => serve(arrived, signal))
      }
    }
  }

  async function serve(arrived: Arrived, signal: AbortSignal): Promise<void> {
    const { lane, message, failures } = arrived
    try {
      await handler(message, signal)
      arrived.settle(ConsumerStatus.ACK)
    } catch (error) {
      if (signal.aborted) return arrived.settle(ConsumerStatus.REQUEUE)
      log.warn({ err: error, jobId: message.jobId }, 'a message failed; it comes again')
      try {
        await consuming.retry(lane, message, failures + 1)
        arrived.settle(ConsumerStatus.ACK)
      } catch {
        arrived.settle(ConsumerStatus.REQUEUE)
      }
    }
  }

  async function receive(lane: Priority, raw: AsyncMessage): Promise<ConsumerStatus> {
    if (stopping !== undefined) return ConsumerStatus.REQUEUE
    const parsed = jobMessageSchema.safeParse(raw.body)
    if (!parsed.success) {
      log.error({ queue: raw.routingKey }, 'a message that is none of ours was laid aside')
      await consuming.send(queues.dead.queue, raw.body)
      return ConsumerStatus.ACK
    }
    const failures = Number(raw.headers?.[failuresHeader] ?? 0)
    return new Promise((resolve) => {
      const arrived: Arrived = {
        lane,
        message: parsed.data,
        failures,
        settle(status) {
          held.delete(arrived)
          resolve(status)
        },
      }
      held.add(arrived)
      waiting[lane].push(arrived)
      dispatch()
    })
  }

  const receivers = lanes.map((lane) => {
    const receiver: AmqpConsumer = connection.createConsumer(
      {
        queue: queues.lanes[lane].queue,
        queueOptions: queues.lanes[lane],
        // One more than can run: while an interactive message is at hand, no bulk one takes the free place.
        qos: { prefetchCount: lane === 'interactive' ? concurrency * 2 : concurrency },
        requeue: true,
      },
      (message) => receive(lane, message),
    )
    // Told by the connection already, and without a listener it would end the process.
    receiver.on('error', (error) => log.info({ err: error, lane }, 'a consumer is interrupted'))
    return receiver
  })

  return {
    stop(deadlineMs) {
      stopping ??= (async () => {
        const closed = Promise.all(receivers.map((receiver) => receiver.close()))
        closed.catch(() => {})
        const idle: Arrived[] = []
        for (const lane of lanes)
          for (let one = waiting[lane].shift(); one; one = waiting[lane].shift()) idle.push(one)
        for (const arrived of idle) arrived.settle(ConsumerStatus.REQUEUE)
        await workforce.stop(deadlineMs)
        // Handlers that do not notice the abort keep nobody waiting; their messages go to others.
        for (const arrived of [...held]) arrived.settle(ConsumerStatus.REQUEUE)
        await withDeadline(closed, 5_000).catch(() => {})
      })()
      return stopping
    },
  }
}
