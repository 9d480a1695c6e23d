import type { EventsState } from '@rendition/client'
import type { Event, Image, Job } from '@rendition/contract'
import { useEffect, useState } from 'react'
import { dropImages, putImage, unsettledIds } from '../gallery/image-cache.ts'
import { cache } from '../session/cache.ts'
import { client } from '../session/client.ts'
import { uploads } from '../upload/uploads.ts'

/** Pauses between looks at images that are being made: long while events arrive, as a net; else growing. */
const netMs = 10_000
const firstMs = 700
const mostMs = 8_000
/** Images asked for in one look. */
const aLook = 8

/** Keeps everything shown up to date while somebody is signed in: by events, and by asking when there are none. */
export function useLiveImages(): EventsState {
  const [state, setState] = useState<EventsState>('connecting')

  useEffect(
    () =>
      client.events.subscribe({
        onEvent: (event) => void apply(event),
        onState: setState,
        onReset: () => void cache.invalidateQueries({ queryKey: ['images'] }),
      }),
    [],
  )

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    let pause = firstMs
    const look = async (): Promise<void> => {
      const ids = unsettledIds(cache).slice(0, aLook)
      await Promise.all(ids.map(load))
      pause = ids.length === 0 ? firstMs : Math.min(mostMs, pause * 1.5)
      timer = setTimeout(look, state === 'live' ? netMs : pause)
    }
    timer = setTimeout(look, state === 'live' ? netMs : pause)
    return () => clearTimeout(timer)
  }, [state])

  return state
}

/** Fetches an image and shows it as it is now. What fails here is tried again by the next look. */
export async function load(id: string): Promise<void> {
  try {
    show(await client.images.get(id))
  } catch {
    // Gone or not reachable: an event or the next look will tell.
  }
}

function show(image: Image): void {
  putImage(cache, image)
  uploads.settle(image)
}

async function apply({ type, data }: Event): Promise<void> {
  if (type.startsWith('job.')) {
    const { imageId, progress } = data as Partial<Job>
    if (typeof imageId === 'string' && typeof progress === 'number') uploads.progress(imageId, progress)
    return
  }
  if (!type.startsWith('image.') || typeof data.id !== 'string') return
  if (type === 'image.deleted') dropImages(cache, new Set([data.id]))
  else if (isImage(data)) show(data)
  else await load(data.id)
}

function isImage(data: object): data is Image {
  return 'sizes' in data && 'originalName' in data && 'tags' in data
}
