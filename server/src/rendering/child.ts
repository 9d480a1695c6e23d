import { probe, render } from '../imaging/index.ts'
import { withFile } from './local-file.ts'
import type { StoredSource, Task } from './messages.ts'
import type { ImagingLimits, Probe } from './port.ts'
import { serveTasks } from './serve-tasks.ts'

function judge(source: StoredSource, limits: ImagingLimits): Promise<Probe> {
  return 'file' in source
    ? withFile(source.file, (reader) => probe(reader, limits))
    : probe(source.bytes, limits)
}

async function run(task: Task, signal: AbortSignal): Promise<unknown> {
  if (task.kind === 'probe') return judge(task.source, task.limits)
  // Native code sees a header only after ours has passed it.
  await judge(task.request.source, task.request.limits)
  return render(task.request, signal)
}

serveTasks(run)
