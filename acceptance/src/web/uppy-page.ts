import Uppy from '@uppy/core'
import Tus from '@uppy/tus'

interface Settings {
  endpoint: string
  token: string
  /** Methods of which the next request is sent with a token that is over. */
  expired: string[]
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
  // For longer than a service takes to start on a busy machine.
  retryDelays: Array.from({ length: 400 }, () => 200),
  allowedMetaFields: ['filename', 'filetype', 'visibility', 'tags'],
  onBeforeRequest(request) {
    const { expired } = window.settings
    const isOver = expired.includes(request.getMethod())
    if (isOver) expired.splice(expired.indexOf(request.getMethod()), 1)
    request.setHeader('Authorization', `Bearer ${isOver ? 'over' : window.settings.token}`)
  },
  onAfterResponse(request, response) {
    if (request.getMethod() === 'HEAD' && [401, 502, 503, 504].includes(response.getStatus()))
      throw new Error('not said')
  },
  onShouldRetry: (error, _attempt, _options, next) =>
    [401, 408].includes(error.originalResponse?.getStatus() ?? 0) || next(error),
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
