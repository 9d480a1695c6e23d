import type { Task } from '../messages.ts'
import { serveTasks } from '../serve-tasks.ts'

/** A render process that misbehaves on demand: the name of the source file says how. */
const hoard: Buffer[] = []
const forever = new Promise<never>(() => {})

async function run(task: Task, signal: AbortSignal): Promise<unknown> {
  const { source } = task.kind === 'render' ? task.request : task
  const [what, ...rest] = ('file' in source ? source.file : '').split(':')
  const size = { width: 10, height: 10, frames: 1 }
  switch (what) {
    case 'wait':
      setInterval(() => {}, 1000)
      return forever
    case 'nap':
      await new Promise((resolve) => setTimeout(resolve, 300))
      return { ...size, pid: process.pid }
    case 'obedient':
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    case 'spin':
      for (;;);
    case 'leak': {
      const kept: Buffer[] = []
      for (;;) {
        kept.push(Buffer.alloc(2 ** 24, 1))
        await new Promise(setImmediate)
      }
    }
    case 'hoard':
      hoard.push(Buffer.alloc(2 ** 27, 1))
      return { ...size, pid: process.pid }
    case 'exit':
      return process.exit(3)
    case 'segfault':
      return process.kill(process.pid, 'SIGSEGV')
    case 'throw':
      throw new Error('a text of the library with /a/secret/path')
    case 'avif': {
      // Half of what it costs to start, and the others need none of it.
      const { default: sharp } = await import('sharp')
      sharp.concurrency(1)
      // Six megapixels of noise at the highest effort: minutes, and no timeout of sharp's stops it.
      const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 }
      const raw = { width: 3000, height: 2000, channels: 3 as const }
      const pixels = await sharp({ create: { ...raw, background: '#000', noise } })
        .raw()
        .toBuffer()
      return sharp(pixels, { raw }).avif({ effort: 9 }).timeout({ seconds: 1 }).toBuffer()
    }
    case 'environment':
      return { environment: process.env, arguments: process.argv }
    default:
      return { ...size, pid: process.pid, rest }
  }
}

serveTasks(run)
