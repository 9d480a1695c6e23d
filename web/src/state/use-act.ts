import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { useAccount } from './account-scope.tsx'
import { explainError } from './explain-error.ts'
import { announce, notify } from './notices.ts'

interface ActOptions<In, Out> {
  run: (input: In) => Promise<Out>
  /** What is asked for anew afterwards, whether it went well or not. */
  refresh: readonly QueryKey[]
  /** Said when it is done; nothing where the next screen says it. */
  done?: (out: Out, input: In) => string
  /** Faults stand beside what was typed, so they are not said as well. */
  ownFaults?: boolean
}

export interface Act<In, Out> {
  /** Gives what came of it; null where it failed, or the account has left the page meanwhile. */
  act(input: In): Promise<Out | null>
  isPending: boolean
  error: Error | null
  reset(): void
}

/** Something that changes what the service holds: says what became of it, and asks anew for what it touched. */
export function useAct<In = void, Out = unknown>({
  run,
  refresh,
  done,
  ownFaults,
}: ActOptions<In, Out>): Act<In, Out> {
  const { ended } = useAccount()
  const queries = useQueryClient()
  const { mutateAsync, isPending, error, reset } = useMutation({
    mutationFn: run,
    onSuccess: (out, input) => {
      if (!ended.aborted && done !== undefined) announce(done(out, input))
    },
    onError: (fault) => {
      if (!ended.aborted && ownFaults !== true) notify({ kind: 'fault', text: explainError(fault) })
    },
    // Not waited for: what was done is done before the list shows it.
    onSettled: () => {
      for (const queryKey of refresh) void queries.invalidateQueries({ queryKey })
    },
  })
  return {
    act: (input) =>
      mutateAsync(input).then(
        (out) => (ended.aborted ? null : out),
        () => null,
      ),
    isPending,
    error,
    reset,
  }
}
