import type { EventsState } from '@rendition/client'
import type { Event, Image, Job } from '@rendition/contract'
import { useEffect, useState } from 'react'
import type { Account } from './accounts.ts'

/** Pauses between looks at images that are being made: long while events arrive, as a net; else growing. */
const netMs = 10_000
const firstMs = 700
const mostMs = 8_000
/** Images asked for in one look. */
const aLook = 8

/** Keeps everything shown up to date while somebody is signed in: by events, and by asking when there are none. */
export function useLiveImages(account: Account): EventsState {
  const [state, setState] = useState<EventsState>('connecting')

  useEffect(
    () =>
      account.client.events.subscribe({
        onEvent: (event) => void apply(account, event),
        onState(next) {
          setState(next)
          if (next === 'live') account.uploads.wake()
        },
        onReset: () => {
          account.images.refresh()
          account.jobs.refresh()
        },
      }),
    [account],
  )

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    let pause = firstMs
    const look = async (): Promise<void> => {
      const ids = account.images.unsettledIds().slice(0, aLook)
      await Promise.all(ids.map((id) => loadImage(account, id)))
      pause = ids.length === 0 ? firstMs : Math.min(mostMs, pause * 1.5)
      timer = setTimeout(look, state === 'live' ? netMs : pause)
    }
    timer = setTimeout(look, state === 'live' ? netMs : pause)
    return () => clearTimeout(timer)
  }, [account, state])

  return state
}

/**
 * Fetches an image and shows it as it is now. Gives why it could not, else null: whoever does not need it now leaves it to an
 * event or the next look.
 */
export async function loadImage(account: Account, id: string): Promise<unknown> {
  try {
    show(account, await account.client.images.get(id, { signal: account.ended }))
    return null
  } catch (error) {
    return error
  }
}

function show({ images, uploads }: Account, image: Image): void {
  images.put(image)
  uploads.settle(image)
}

async function apply(account: Account, { type, data }: Event): Promise<void> {
  if (type.startsWith('job.')) {
    const news = data as Partial<Job>
    const { id, imageId, progress } = news
    if (typeof id === 'string') account.jobs.put({ ...news, id })
    if (typeof imageId === 'string' && typeof progress === 'number')
      account.uploads.progress(imageId, progress)
    return
  }
  if (type.startsWith('album.')) return account.images.refreshAlbums()
  if (!type.startsWith('image.') || typeof data.id !== 'string') return
  if (/^image[.](?:deleted|trashed|restored)$/.test(type)) {
    account.images.refreshAlbums()
    account.images.refreshDuplicates()
  }
  if (type === 'image.deleted') account.images.drop(new Set([data.id]))
  else if (isImage(data)) show(account, data)
  else await loadImage(account, data.id)
}

function isImage(data: object): data is Image {
  return 'sizes' in data && 'originalName' in data && 'tags' in data
}
