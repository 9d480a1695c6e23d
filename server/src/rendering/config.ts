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
  queue: integer(0, 10_000).default(2_000).meta({
    env: 'RENDER_QUEUE',
    description:
      'Pictures that may wait to be rendered, however soon that would be: a bound for memory, some 25 KiB each. Beyond it: 503 with Retry-After.',
  }),
  queueWaitMs: integer(1, 600_000).default(30_000).meta({
    env: 'RENDER_QUEUE_WAIT_MS',
    description:
      'In how many milliseconds a picture that is asked for by URL must be done, by what pictures took so far; one that could not be gets 503 with Retry-After at once. Clients take turns. Jobs may wait longer.',
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
  relaxed: flag().default(true).meta({
    env: 'RELAXED_DECODING',
    description:
      'Take files that browsers show in spite of a fault that costs no pixel: stray bytes between or behind their parts, a missing end marker. Off: 422 with undecodable.',
  }),
  facesModules: z.string().default('').meta({
    env: 'FACES_MODULES',
    description:
      'Folder in whose node_modules the packages of deploy/faces are installed: `gravity=face` and `faces` then look for faces, in the render processes. Empty: both are refused.',
  }),
  rendersPerProcess: integer(1, 1_000_000).default(1_000).meta({
    env: 'RENDER_PER_PROCESS',
    description: 'Renders after which a process is replaced, which gives its memory back.',
  }),
})
export type RenderingConfig = z.output<typeof renderingConfigSchema>
