import { isProblem, NetworkError, problemFrom } from '@rendition/client'

/** Times that a service which has no time for a picture is asked again, and seconds between two of them at most. */
const mostAgain = 6
const mostSeconds = 30

interface Means {
  fetch: typeof fetch
  /** Settles after so many milliseconds, or rejects when the signal is given. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

const ofBrowser: Means = {
  fetch: (...given) => globalThis.fetch(...given),
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        reject(signal.reason)
      })
    }),
}

/**
 * The bytes of a picture that is rendered for who looks at it. Where the service says that it is too busy and when to come
 * again, it is asked again then: a browser asks for an `<img>` once and leaves a hole. Throws what the client throws.
 */
export async function fetchPicture(url: string, signal: AbortSignal, means = ofBrowser): Promise<Blob> {
  for (let again = 0; ; again += 1) {
    try {
      return await readPicture(url, { signal }, (answer) => answer.blob(), means.fetch)
    } catch (fault) {
      const seconds = isProblem(fault, 'overloaded') ? fault.retryAfter : null
      if (seconds === null || again === mostAgain) throw fault
      await means.wait(Math.min(Math.max(seconds, 1), mostSeconds) * 1_000, signal)
    }
  }
}

/** Asks for a picture once. Of a line that breaks, also in the middle, `fetch` says no more than that something is wrong with a type. */
export async function readPicture<T>(
  url: string,
  init: RequestInit,
  read: (answer: Response) => Promise<T>,
  fetchImpl: typeof fetch = ofBrowser.fetch,
): Promise<T> {
  try {
    const answer = await fetchImpl(url, init)
    if (answer.ok) return await read(answer)
    throw problemFrom(answer.status, await answer.text(), (name) => answer.headers.get(name))
  } catch (fault) {
    if (isProblem(fault) || init.signal?.aborted === true) throw fault
    throw new NetworkError('The picture did not come.', { cause: fault })
  }
}
