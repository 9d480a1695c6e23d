import { formatBytes, plural } from '../format.ts'
import { isTrouble, isUnsent, type Upload } from '../state/upload.ts'

export interface UploadSummary {
  active: number
  /** Not there yet and not paused. */
  going: number
  paused: number
  trouble: number
  ready: number
  /** 0 to 1 of all bytes of what is or was on its way. */
  sent: number
  /** Bytes of it that are still to be sent. */
  left: number
  title: string
}

/** The whole queue in one line. */
export function summarize(uploads: readonly Upload[], online: boolean): UploadSummary {
  const unsent = uploads.filter(isUnsent)
  const going = unsent.filter(({ state }) => state !== 'paused')
  const paused = unsent.length - going.length
  const processing = uploads.filter(({ state }) => state === 'processing').length
  const ready = uploads.filter(({ state }) => state === 'ready').length
  const trouble = uploads.filter(isTrouble).length
  const counted = uploads.filter(({ state }) => state !== 'cancelled' && state !== 'rejected')
  const bytes = counted.reduce((sum, { file }) => sum + file.size, 0)
  const bytesSent = counted.reduce((sum, { file, sent }) => sum + file.size * sent, 0)
  // With a network, but what broke off waits for the service.
  const away = going.every(({ state }) => state === 'waiting') && going.some(({ error }) => error !== null)
  return {
    active: unsent.length + processing,
    going: going.length,
    paused,
    trouble,
    ready,
    sent: bytes === 0 ? 0 : bytesSent / bytes,
    left: bytes - bytesSent,
    title: titleOf(going.length, paused, processing, ready, trouble, online && !away),
  }
}

function titleOf(
  going: number,
  paused: number,
  processing: number,
  ready: number,
  trouble: number,
  moving: boolean,
): string {
  if (going > 0 && !moving) return `Waiting to upload ${plural(going, 'photo')}`
  if (going > 0) return `Uploading ${plural(going, 'photo')}`
  if (paused > 0) return `Paused: ${plural(paused, 'photo')}`
  if (processing > 0) return `Making sizes of ${plural(processing, 'photo')}`
  if (trouble > 0)
    return ready > 0 ? `${ready} uploaded, ${trouble} not` : `${plural(trouble, 'file')} not uploaded`
  return ready > 0 ? `${plural(ready, 'photo')} uploaded` : 'Uploads'
}

/** How fast it goes and when it is done, as `1.2 MB/s · 3 min left`; null while it cannot be said. */
export function speedOf(bytesPerSecond: number | null, left: number): string | null {
  if (bytesPerSecond === null || bytesPerSecond < 1) return null
  return `${formatBytes(bytesPerSecond)}/s · ${timeOf(left / bytesPerSecond)} left`
}

function timeOf(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`
  return `${Math.floor(seconds / 3_600)} h ${Math.round((seconds % 3_600) / 60)} min`
}
