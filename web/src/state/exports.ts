import { type Export, type ExportRequest, selectionLimit } from '@rendition/contract'
import { useQuery } from '@tanstack/react-query'
import { useAccount } from './account-scope.tsx'
import type { Chosen } from './change-selection.ts'
import { explainError, FaultInWords, isUnanswered } from './explain-error.ts'
import { bulkQueryOf } from './filter.ts'
import { notify } from './notices.ts'
import { useAct } from './use-act.ts'

const exportKeys = { all: ['exports'] as const }
/** Between two looks at what is being prepared. */
const lookMs = 1_500
/** Looks without an answer, one after the other, until nobody waits any more: ten minutes. */
const mostUnanswered = 400

/** Exports of the account, the newest first, as they become ready. */
export function useExports() {
  const { client } = useAccount()
  return useQuery({
    queryKey: exportKeys.all,
    queryFn: ({ signal }) => client.exports.list({}, { signal }),
    staleTime: 5_000,
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ status }) => status === 'preparing') ? lookMs : false,
  })
}

/** Makes an export of everything. */
export function useMakeExport() {
  const { client } = useAccount()
  return useAct({
    run: (request: ExportRequest) => client.exports.create(request),
    refresh: [exportKeys.all],
    done: () => 'The export is being prepared',
    ownFaults: true,
  })
}

export function useRemoveExport() {
  const { client } = useAccount()
  return useAct({
    run: ({ id }: Export) => client.exports.remove(id),
    refresh: [exportKeys.all],
    done: () => 'The export is removed',
  })
}

/** Prepares what is selected and gives its export when it is ready; null where it could not, which was said then. */
export function useExportSelection({ images, whole }: Chosen) {
  const { client, ended } = useAccount()
  const { act, isPending } = useAct({
    run: async () => {
      if (whole === null && images.length > selectionLimit) {
        throw new FaultInWords(`Select at most ${selectionLimit} photos, or all of the list.`)
      }
      const made = await whenMade(
        await client.exports.create(requestOf({ images, whole }), { signal: ended }),
        (id) => client.exports.get(id, { signal: ended }),
        (ms) => pause(ms, ended),
      )
      if (made.status === 'failed')
        throw new FaultInWords(made.errorMessage ?? 'The photos could not be put together.')
      return made
    },
    refresh: [exportKeys.all],
    done: () => 'The download begins',
  })
  return {
    isPending,
    async prepare(): Promise<Export | null> {
      notify({ kind: 'done', text: 'The photos are being put together. The download begins by itself.' })
      return act()
    },
  }
}

function requestOf({ images, whole }: Chosen): ExportRequest {
  if (whole === null) return { imageIds: images.map(({ id }) => id) }
  const { trashed: _, ...query } = bulkQueryOf(whole)
  return { query }
}

/** Looks at an export until it is made or failed. A service that is away, or a line that breaks, ends no promise. */
export async function whenMade(
  first: Export,
  look: (id: string) => Promise<Export>,
  wait: (ms: number) => Promise<void>,
): Promise<Export> {
  let made = first
  let unanswered = 0
  while (made.status === 'preparing') {
    await wait(lookMs)
    try {
      made = await look(made.id)
      unanswered = 0
    } catch (error) {
      if (!isUnanswered(error)) throw error
      unanswered++
      if (unanswered === mostUnanswered)
        throw new FaultInWords(
          `${explainError(error)} The download stands on the page of your account when it is ready.`,
        )
    }
  }
  return made
}

/** Rejects when the account ends meanwhile. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const end = () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end)
      resolve()
    }, ms)
    signal.addEventListener('abort', end, { once: true })
  })
}
