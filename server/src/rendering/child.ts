import sharp from 'sharp'
import { probe, render } from '../imaging/index.ts'
import { withFile } from './local-file.ts'
import type { Task } from './messages.ts'
import { serveTasks } from './serve-tasks.ts'

// One core a process, so that as many pictures as there are cores use each once; and no cache of operations: libvips
// would keep decoded files by name, and answer for new bytes under an old one.
sharp.concurrency(1)
sharp.cache(false)
// Only the decoders we mean to offer. SVG, PDF, ImageMagick and libvips' own formats read other files or are no
// match for hostile input.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map((format) => `VipsForeignLoad${format}`),
})

async function run(task: Task, signal: AbortSignal): Promise<unknown> {
  if (task.kind === 'render') return render(task.request, signal)
  const { source, limits } = task
  return 'file' in source
    ? withFile(source.file, (reader) => probe(reader, limits))
    : probe(source.bytes, limits)
}

serveTasks(run)
