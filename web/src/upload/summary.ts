import { formatBytes } from '../format.ts'
import { plural, t } from '../languages/translate.ts'
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
  const ready = uploads
    .filter(({ state }) => state === 'ready')
    .reduce((sum, { unpacked }) => sum + (unpacked?.made ?? 1), 0)
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
  if (going > 0 && !moving)
    return plural(going, 'Waiting to upload {count} photo', 'Waiting to upload {count} photos')
  if (going > 0) return plural(going, 'Uploading {count} photo', 'Uploading {count} photos')
  if (paused > 0) return plural(paused, 'Paused: {count} photo', 'Paused: {count} photos')
  if (processing > 0)
    return plural(processing, 'Making sizes of {count} photo', 'Making sizes of {count} photos')
  if (trouble > 0 && ready > 0) return t('{ready} uploaded, {trouble} not', { ready, trouble })
  if (trouble > 0) return plural(trouble, '{count} file not uploaded', '{count} files not uploaded')
  return ready > 0 ? plural(ready, '{count} photo uploaded', '{count} photos uploaded') : t('Uploads')
}

/** How fast it goes and when it is done, as `1.2 MB/s · 3 min left`; null while it cannot be said. */
export function speedOf(bytesPerSecond: number | null, left: number): string | null {
  if (bytesPerSecond === null || bytesPerSecond < 1) return null
  return t('{size}/s · {time} left', {
    size: formatBytes(bytesPerSecond),
    time: timeOf(left / bytesPerSecond),
  })
}

function timeOf(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
