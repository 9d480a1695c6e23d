import Uppy from '@uppy/core'
import Tus from '@uppy/tus'

interface Settings {
  endpoint: string
  token: string
  /** Pieces that are sent with a token that is over. */
  expired: number
}

declare global {
  interface Window {
    /** What a test says before this script runs. */
    settings: Settings
    /** What became of the last file: how it ended, and how many bytes are sent. */
    seen: { ended: 'complete' | 'failed' | null; sent: number }
  }
}

/** A page of somebody else's, as `docs/uploads.md` says to write one. */
const { settings } = window
window.seen = { ended: null, sent: 0 }
const uppy = new Uppy({ autoProceed: true }).use(Tus, {
  endpoint: settings.endpoint,
  chunkSize: 500_000,
  retryDelays: Array.from({ length: 40 }, () => 200),
  allowedMetaFields: ['filename', 'filetype', 'visibility', 'tags'],
  onBeforeRequest(request) {
    const isOver = request.getMethod() === 'PATCH' && window.settings.expired > 0
    if (isOver) window.settings.expired -= 1
    request.setHeader('Authorization', `Bearer ${isOver ? 'over' : window.settings.token}`)
  },
  onShouldRetry: (error, _attempt, _options, next) =>
    error.originalResponse?.getStatus() === 401 || next(error),
})
uppy.on('upload-progress', (_file, { bytesUploaded }) => {
  window.seen.sent = bytesUploaded
})
uppy.on('complete', ({ failed }) => {
  window.seen.ended = (failed ?? []).length > 0 ? 'failed' : 'complete'
})
const input = document.querySelector('input')
input?.addEventListener('change', () => {
  for (const file of input.files ?? []) uppy.addFile({ name: file.name, type: file.type, data: file })
})
