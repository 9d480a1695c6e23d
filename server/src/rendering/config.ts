import { z } from 'zod'
import { flag, integer } from '../platform/config/fields.ts'

export const renderingConfigSchema = z.object({
  processes: integer(0, 256).default(0).meta({
    env: 'RENDER_PROCESSES',
    description: 'Pictures rendered at once, each in a process of its own. 0 is one for each core.',
  }),
  megapixels: integer(1, 100_000).default(300).meta({
    env: 'RENDER_MEGAPIXELS',
    description:
      'Megapixels, read and written, in flight at once. A picture above it is rendered when nothing else is.',
  }),
  queue: integer(0, 10_000).default(32).meta({
    env: 'RENDER_QUEUE',
    description: 'Pictures that may wait for a process, in each lane. Beyond it: 503 with Retry-After.',
  }),
  queueWaitMs: integer(1, 600_000).default(10_000).meta({
    env: 'RENDER_QUEUE_WAIT_MS',
    description: 'How long a request may wait for a process before it gets 503. Jobs may wait longer.',
  }),
  memoryMb: integer(128, 65_536).default(1024).meta({
    env: 'RENDER_MEMORY_MB',
    description: 'MiB of memory after which a render process is killed. Watched on Linux only.',
  }),
  idleMs: integer(100, 3_600_000).default(30_000).meta({
    env: 'RENDER_IDLE_MS',
    description: 'After this time without work, every render process but one is ended.',
  }),
  heic: flag().default(true).meta({
    env: 'HEIC',
    description: 'Accept HEIC (HEVC) pictures, as phones take them. Off: 415 with unsupported_media_type.',
  }),
  rendersPerProcess: integer(1, 1_000_000).default(1_000).meta({
    env: 'RENDER_PER_PROCESS',
    description: 'Renders after which a process is replaced, which gives its memory back.',
  }),
})
export type RenderingConfig = z.output<typeof renderingConfigSchema>
