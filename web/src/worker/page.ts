/** A line that is there and carries nothing, or a service that is not at hand, takes a minute to fail by itself. */
const patienceMs = 4_000
/** What a proxy says for a service that is away. */
const away = [502, 503, 504]

export interface Page {
  /** The page of the network; the one of the shell where it does not come. */
  answer(request: Request): Promise<Response>
}

export function openPage(shell: string): Page {
  const kept = async (): Promise<Response | undefined> => {
    if (!(await caches.has(shell))) return undefined
    return (await caches.open(shell)).match('/')
  }
  return {
    async answer(request) {
      const answer = fetch(request).then(
        (response) => ({ response, error: null }),
        (error: unknown) => ({ response: null, error }),
      )
      const first = await Promise.race([answer, pause(patienceMs)])
      if (first?.response && !away.includes(first.response.status)) return first.response
      const fallback = await kept()
      if (fallback !== undefined) return fallback
      const { response, error } = await answer
      if (response === null) throw error
      return response
    },
  }
}

const pause = (ms: number): Promise<null> => new Promise((resolve) => setTimeout(() => resolve(null), ms))
