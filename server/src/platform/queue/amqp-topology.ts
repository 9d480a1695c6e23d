import type { Priority } from '@rendition/contract'

export interface QueueDeclaration {
  queue: string
  durable: true
  arguments: Record<string, string | number>
}

export interface Topology {
  lanes: Record<Priority, QueueDeclaration>
  /** Where failed messages wait for their time, then go back to their lane. */
  retries: Record<Priority, QueueDeclaration>
  /** What nobody could handle, for people to look at. */
  dead: QueueDeclaration
  all: QueueDeclaration[]
}

/**
 * The queues. Two lanes are two queues rather than one with priorities: each has a length that autoscalers can
 * read, and both can be quorum queues, which survive the loss of a broker (RabbitMQ 3.10 and later, whose quorum
 * queues know no priorities). Arguments never depend on settings: a broker refuses to declare a queue differently.
 */
export function topology(prefix: string): Topology {
  const quorum = { 'x-queue-type': 'quorum' }
  const dead: QueueDeclaration = {
    queue: `${prefix}.dead`,
    durable: true,
    arguments: { ...quorum, 'x-max-length': 10_000 },
  }
  const lane = (name: Priority): QueueDeclaration => ({
    queue: `${prefix}.${name}`,
    durable: true,
    // RabbitMQ 4 drops what was given out 20 times without an answer; here it is kept to be seen.
    arguments: { ...quorum, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': dead.queue },
  })
  const retry = (name: Priority): QueueDeclaration => ({
    queue: `${prefix}.${name}.retry`,
    durable: true,
    arguments: { ...quorum, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': `${prefix}.${name}` },
  })
  const lanes = { interactive: lane('interactive'), bulk: lane('bulk') }
  const retries = { interactive: retry('interactive'), bulk: retry('bulk') }
  return { lanes, retries, dead, all: [...Object.values(lanes), ...Object.values(retries), dead] }
}
