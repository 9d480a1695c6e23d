import { readFile } from 'node:fs/promises'
import { Failure } from '@rendition/contract'
import { probe, render } from '../imaging/index.ts'
import { withFile } from './local-file.ts'
import type { StoredSource, Task } from './messages.ts'
import type { ImagingLimits, Probe } from './port.ts'
import { serveTasks } from './serve-tasks.ts'

async function judge(source: StoredSource, limits: ImagingLimits, heic: boolean): Promise<Probe> {
  const header =
    'file' in source
      ? await withFile(source.file, (reader) => probe(reader, limits))
      : await probe(source.bytes, limits)
  if (header.format === 'heic' && !heic)
    throw new Failure('unsupported_media_type', 'HEIC pictures are not accepted here.')
  return header
}

async function run(task: Task, signal: AbortSignal): Promise<unknown> {
  const { limits, source } = task.kind === 'probe' ? task : task.request
  // Native code sees a header only after ours has passed it.
  const header = await judge(source, limits, task.heic)
  if (task.kind === 'probe') return header
  if (header.format !== 'heic') return render(task.request, signal)
  // Loaded with the first such picture: three megabytes of code that most installations rarely need.
  const { decodeHeic } = await import('./heic.ts')
  const bytes = decodeHeic('file' in source ? await readFile(source.file) : source.bytes, limits.stillPixels)
  return render({ ...task.request, source: { bytes } }, signal)
}

serveTasks(run)
