import { countUnfinished } from '../jobs/index.ts'
import type { Metrics } from '../platform/telemetry/metrics.ts'
import type { PartName } from './needs.ts'
import type { Parts } from './parts.ts'
import type { Rooms } from './rooms.ts'

/** What an operator watches beside requests: pixels in flight, what waits, what is in memory. */
export function measureRooms(
  metrics: Metrics,
  rooms: Pick<Rooms, 'rendering' | 'delivery' | 'purges'>,
  parts: Parts,
  /** What is opened here. */
  opened: { has(name: PartName): boolean },
): void {
  const { rendering, delivery } = rooms
  metrics.gauge('rendition_renders_running', 'Pictures being rendered.', () => rendering.load().running)
  metrics.gauge(
    'rendition_renders_waiting',
    'Pictures waiting for their turn or a process.',
    () => rendering.load().waiting,
  )
  metrics.gauge(
    'rendition_render_wait_seconds',
    'Time until the turn of a client that asks for nothing else, as expected now.',
    () => rendering.load().expectedWaitMs / 1000,
  )
  metrics.gauge(
    'rendition_renders_refused',
    'Pictures refused so far, since they could not have been made in time.',
    () => rendering.load().refused,
  )
  metrics.gauge('rendition_render_megapixels', 'Megapixels in flight.', () => rendering.load().megapixels)
  metrics.gauge('rendition_delivery_memory_bytes', 'Renditions in memory.', () => delivery.load().memoryBytes)
  metrics.gauge(
    'rendition_delivery_hot_answers',
    'Answers straight from memory so far.',
    () => delivery.load().hotAnswers,
  )
  metrics.gauge(
    'rendition_delivery_hot_urls',
    'URLs whose answer is in memory.',
    () => delivery.load().hotUrls,
  )
  if (opened.has('queue')) {
    metrics.gauge('rendition_queue_interactive', 'Messages waiting in the interactive lane.', async () => {
      return (await parts.queue.depth()).interactive
    })
    metrics.gauge(
      'rendition_queue_bulk',
      'Messages waiting in the bulk lane.',
      async () => (await parts.queue.depth()).bulk,
    )
  }
  metrics.gauge('rendition_jobs_unfinished', 'Jobs that wait or run, of the whole installation.', () =>
    countUnfinished(parts.db),
  )
  const room = async () => {
    const state = await parts.diskRoom.state()
    // Not measured is not zero.
    if (state === null) throw new Error('no disk can be asked')
    return state
  }
  metrics.gauge('rendition_disk_free_bytes', 'Free on the disk that has least to spare.', async () => {
    return (await room()).freeBytes
  })
  metrics.gauge(
    'rendition_disk_reserve_bytes',
    'Kept free there: with less, nothing new is taken.',
    async () => {
      return (await room()).reserveBytes
    },
  )
  metrics.gauge('rendition_disk_full', '1 while nothing new is taken for want of room, else 0.', async () =>
    (await parts.diskRoom.state())?.full === true ? 1 : 0,
  )
  metrics.gauge(
    'rendition_cache_purges_waiting',
    'Tags that caches in front have yet to forget, of the whole installation.',
    () => rooms.purges.waiting(),
  )
  const up = (name: string, part: { check(): Promise<void> }): void =>
    metrics.gauge(`rendition_${name}_up`, `1 while the ${name} answers this process, else 0.`, () =>
      part.check().then(
        () => 1,
        () => 0,
      ),
    )
  up('database', parts.db)
  up('storage', parts.storage)
  if (opened.has('queue')) up('queue', parts.queue)
  up('cache', parts.bus)
}
