import { readFile } from 'node:fs/promises'
import { Failure } from '@rendition/contract'
import { probe, render } from '../imaging/index.ts'
import type { DecodedHeic } from './heic.ts'
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
  const assets: Record<string, Uint8Array> = {}
  for (const [id, bytes] of Object.entries(task.request.assets ?? {})) {
    const { format } = await judge({ bytes }, limits, task.heic)
    assets[id] = format === 'heic' ? (await decoded({ bytes }, limits)).bytes : bytes
  }
  const request = { ...task.request, assets }
  if (header.format !== 'heic') return render(request, signal)
  return render({ ...request, source: await decoded(source, limits) }, signal)
}

async function decoded(source: StoredSource, limits: ImagingLimits): Promise<DecodedHeic> {
  // Loaded with the first such picture: three megabytes of code that most installations rarely need.
  const { decodeHeic } = await import('./heic.ts')
  return decodeHeic('file' in source ? await readFile(source.file) : source.bytes, limits.stillPixels)
}

serveTasks(run)
