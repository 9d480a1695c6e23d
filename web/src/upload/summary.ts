import { plural } from '../format.ts'
import { isTrouble, type Upload } from '../state/upload-queue.ts'

export interface UploadSummary {
  active: number
  trouble: number
  ready: number
  /** 0 to 1 of all bytes of what is or was on its way. */
  sent: number
  title: string
}

/** The whole queue in one line. */
export function summarize(uploads: readonly Upload[], online: boolean): UploadSummary {
  const going = uploads.filter(({ state }) => state === 'waiting' || state === 'uploading')
  const processing = uploads.filter(({ state }) => state === 'processing').length
  const ready = uploads.filter(({ state }) => state === 'ready').length
  const trouble = uploads.filter(isTrouble).length
  const counted = uploads.filter(({ state }) => state !== 'cancelled' && state !== 'rejected')
  const bytes = counted.reduce((sum, { file }) => sum + file.size, 0)
  const bytesSent = counted.reduce((sum, { file, sent }) => sum + file.size * sent, 0)
  // With a network, but what broke off waits for the service.
  const away = going.every(({ state }) => state === 'waiting') && going.some(({ error }) => error !== null)
  return {
    active: going.length + processing,
    trouble,
    ready,
    sent: bytes === 0 ? 0 : bytesSent / bytes,
    title: titleOf(going.length, processing, ready, trouble, online && !away),
  }
}

function titleOf(going: number, processing: number, ready: number, trouble: number, moving: boolean): string {
  if (going > 0 && !moving) return `Waiting to upload ${plural(going, 'photo')}`
  if (going > 0) return `Uploading ${plural(going, 'photo')}`
  if (processing > 0) return `Making sizes of ${plural(processing, 'photo')}`
  if (trouble > 0)
    return ready > 0 ? `${ready} uploaded, ${trouble} not` : `${plural(trouble, 'file')} not uploaded`
  return ready > 0 ? `${plural(ready, 'photo')} uploaded` : 'Uploads'
}
