import { isProblem, type PresetsAsked } from '@rendition/client'
import type { PresetChange, PresetEstimateRequest } from '@rendition/contract/recipe'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { FaultInWords } from './explain-error.ts'
import { keys } from './query-cache.ts'
import { type Act, useAct } from './use-act.ts'

/** Nothing here needs a reload to be true: it is asked for again, sooner while a set is being made. */
const lookMs = 5_000
const progressMs = 1_000
const setsAtOnce = 10

/** What is in force, what is coming, and what a change names. */
export function usePresets() {
  const { client } = useAccount()
  return useQuery({
    queryKey: keys.presets,
    queryFn: ({ signal }) => client.presets.get({ signal }),
    refetchInterval: ({ state }) => (state.data?.state.coming ? progressMs : lookMs),
  })
}

/** Names of the presets that there are; undefined while nobody knows. */
export function usePresetNames(): readonly string[] | undefined {
  return usePresets().data?.state.presets.map(({ name }) => name)
}

/** Every set there was, the newest first. `version` and `coming` are those of now: with others the list is another. */
export function usePresetSets(version: number | null, coming: number | null) {
  const { client } = useAccount()
  return useInfiniteQuery({
    queryKey: keys.presetSets(version, coming),
    queryFn: ({ pageParam, signal }) =>
      client.presets.sets(
        { limit: setsAtOnce, ...(pageParam === undefined ? {} : { before: pageParam }) },
        { signal },
      ),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => last.nextBefore ?? undefined,
    placeholderData: keepPreviousData,
  })
}

/** What these presets would cost; null where they cannot be asked about. */
export function usePresetEstimate(request: PresetEstimateRequest | null) {
  const { client } = useAccount()
  return useQuery({
    queryKey: keys.presetEstimate(request),
    queryFn: ({ signal }) => client.presets.estimate(request ?? { presets: [] }, { signal }),
    enabled: request !== null,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 10_000,
  })
}

/** Changes the presets, from the state that `match` names. */
export function usePresetActs(): {
  change: Act<{ change: PresetChange; match: string }, PresetsAsked>
  restore: Act<{ version: number; match: string }, PresetsAsked>
} {
  const { client } = useAccount()
  const refresh = [keys.presets]
  return {
    change: useAct({
      run: ({ change, match }: { change: PresetChange; match: string }) =>
        client.presets.change(change, match).catch(inWords),
      refresh,
      done: () => t('The presets are being made'),
      ownFaults: true,
    }),
    restore: useAct({
      run: ({ version, match }: { version: number; match: string }) =>
        client.presets.restore(version, match).catch(inWords),
      refresh,
      done: () => t('The presets are being made'),
    }),
  }
}

/** The code is of any object; what became of this one can be said. */
function inWords(error: unknown): never {
  if (isProblem(error) && error.code === 'precondition_failed') {
    throw new FaultInWords(
      t('The presets changed meanwhile, in another tab or by somebody else. Nothing was changed here.'),
    )
  }
  throw error
}
