import { isProblem } from '@rendition/client'
import { sendAsGuest } from './tus-sender.ts'

/** Milliseconds between one attempt and the next; the last for good. */
const pauses = [500, 1_000, 3_000, 10_000, 30_000]
/** Attempts in a row that bring nothing, some three minutes: then the file is told as not taken. */
const mostInVain = 9

type Send = typeof sendAsGuest

/** Sends a guest's files by tus, one by one: what breaks off goes on where it was. */
export function createGuestSender(
  token: string,
  { send = sendAsGuest, pause = wait }: { send?: Send; pause?: (ms: number) => Promise<void> } = {},
) {
  const endpoint = `/api/shared/${encodeURIComponent(token)}/uploads`
  return async (file: File, pass: string | undefined): Promise<void> => {
    const { signal } = new AbortController()
    const headers: Record<string, string> = pass === undefined ? {} : { 'x-share-pass': pass }
    let url: string | null = null
    let [most, inVain] = [0, 0]
    for (;;) {
      try {
        await send(endpoint, file, headers, {
          signal,
          url,
          folder: null,
          onUrl: (begun) => {
            url = begun
          },
          onProgress(sent) {
            if (sent <= most) return
            most = sent
            inVain = 0
          },
        })
        return
      } catch (error) {
        inVain += 1
        if (inVain > mostInVain || !passes(error)) throw error
        await pause(pauses[Math.min(inVain, pauses.length) - 1] ?? 0)
      }
    }
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** What another attempt may mend: a line that is cut, a service that is busy or away. */
const passes = (error: unknown): boolean =>
  !isProblem(error) ||
  error.status >= 500 ||
  error.code === 'rate_limited' ||
  error.code === 'upload_locked' ||
  error.code === 'offset_mismatch'
