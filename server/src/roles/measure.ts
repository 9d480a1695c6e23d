import { countUnfinished } from '../jobs/index.ts'
import type { Metrics } from '../platform/telemetry/metrics.ts'
import type { Parts } from './parts.ts'
import type { Rooms } from './rooms.ts'

/** What an operator watches beside requests: pixels in flight, what waits, what is in memory. */
export function measureRooms(
  metrics: Metrics,
  rooms: Pick<Rooms, 'rendering' | 'delivery'>,
  parts: Parts,
): void {
  const { rendering, delivery } = rooms
  metrics.gauge('rendition_renders_running', 'Pictures being rendered.', () => rendering.load().running)
  metrics.gauge(
    'rendition_renders_waiting',
    'Pictures waiting for a process.',
    () => rendering.load().waiting,
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
  metrics.gauge('rendition_queue_interactive', 'Messages waiting in the interactive lane.', async () => {
    return (await parts.queue.depth()).interactive
  })
  metrics.gauge(
    'rendition_queue_bulk',
    'Messages waiting in the bulk lane.',
    async () => (await parts.queue.depth()).bulk,
  )
  metrics.gauge('rendition_jobs_unfinished', 'Jobs that wait or run, of the whole installation.', () =>
    countUnfinished(parts.db),
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
  up('queue', parts.queue)
  up('cache', parts.cache)
}
