import { type Export, type ExportRequest, selectionLimit } from '@rendition/contract'
import { useQuery } from '@tanstack/react-query'
import { t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import type { Chosen } from './chosen.ts'
import { FaultInWords, serviceText } from './explain-error.ts'
import { bulkQueryOf } from './filter.ts'
import { notify } from './notices.ts'
import { useAct } from './use-act.ts'
import { lookMs, pause, whenMade } from './wait-for-export.ts'

const exportKeys = { all: ['exports'] as const }
/** Links end after hours; a page that stays open has new ones in time. */
const renewMs = 60 * 60_000

/** Exports of the account, the newest first, as they become ready. */
export function useExports() {
  const { client } = useAccount()
  return useQuery({
    queryKey: exportKeys.all,
    queryFn: ({ signal }) => client.exports.list({}, { signal }),
    staleTime: 5_000,
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ status }) => status === 'preparing') ? lookMs : renewMs,
  })
}

/** Makes an export of everything. */
export function useMakeExport() {
  const { client } = useAccount()
  return useAct({
    run: (request: ExportRequest) => client.exports.create(request),
    refresh: [exportKeys.all],
    done: () => t('The export is being prepared'),
    ownFaults: true,
  })
}

export function useRemoveExport() {
  const { client } = useAccount()
  return useAct({
    run: ({ id }: Export) => client.exports.remove(id),
    refresh: [exportKeys.all],
    done: () => t('The export is removed'),
  })
}

/** Prepares what is selected and gives its export when it is ready; null where it could not, which was said then. */
export function useExportSelection({ images, whole }: Chosen) {
  const { client, ended } = useAccount()
  const { act, isPending } = useAct({
    run: async () => {
      if (whole === null && images.length > selectionLimit) {
        throw new FaultInWords(
          t('Select at most {most} photos, or all of the list.', { most: selectionLimit }),
        )
      }
      const made = await whenMade(
        await client.exports.create(requestOf({ images, whole }), { signal: ended }),
        (id) => client.exports.get(id, { signal: ended }),
        (ms) => pause(ms, ended),
      )
      if (made.status === 'failed')
        throw new FaultInWords(serviceText(made.errorMessage) ?? t('The photos could not be put together.'))
      return made
    },
    refresh: [exportKeys.all],
    done: () => t('The download begins'),
  })
  return {
    isPending,
    async prepare(): Promise<Export | null> {
      notify({ kind: 'done', text: t('The photos are being put together. The download begins by itself.') })
      return act()
    },
  }
}

function requestOf({ images, whole }: Chosen): ExportRequest {
  if (whole === null) return { imageIds: images.map(({ id }) => id) }
  const { trashed: _, ...query } = bulkQueryOf(whole)
  return { query }
}
