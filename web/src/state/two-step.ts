import type { RecoveryCodes, TwoStep, TwoStepSetUp } from '@rendition/contract'
import { type UseMutationResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useAccount } from './account-scope.tsx'
import { keys } from './query-cache.ts'

/** Whether signing in to this account asks for a code; undefined until known. */
export function useTwoStep(): { twoStep: TwoStep | undefined; error: Error | null } {
  const { client } = useAccount()
  const { data, error } = useQuery({
    queryKey: keys.twoStep,
    queryFn: ({ signal }) => client.twoStep.show({ signal }),
  })
  return { twoStep: data, error }
}

interface Act<Given, Answer> {
  run(given: Given): void
  answer: Answer | undefined
  error: Error | null
  isPending: boolean
}

/** What is done once and answered once; the account's state is asked for anew after it. */
function useAct<Given, Answer>(
  work: (given: Given) => Promise<Answer>,
  onDone?: (answer: Answer) => void,
): Act<Given, Answer> {
  const queries = useQueryClient()
  const { ended } = useAccount()
  const { mutate, data, error, isPending }: UseMutationResult<Answer, Error, Given> = useMutation({
    mutationFn: work,
    onSuccess: async (answer) => {
      if (ended.aborted) return
      onDone?.(answer)
      await queries.invalidateQueries({ queryKey: keys.twoStep })
    },
  })
  return { run: mutate, answer: data, error, isPending }
}

export function useSetUpTwoStep(): Act<string, TwoStepSetUp> {
  const { client } = useAccount()
  return useAct((currentPassword) => client.twoStep.setUp(currentPassword))
}

export function useConfirmTwoStep(onDone: (codes: RecoveryCodes) => void): Act<string, RecoveryCodes> {
  const { client } = useAccount()
  return useAct((code) => client.twoStep.confirm(code), onDone)
}

export function useRenewCodes(onDone: (codes: RecoveryCodes) => void): Act<string, RecoveryCodes> {
  const { client } = useAccount()
  return useAct((code) => client.twoStep.renewCodes(code), onDone)
}

export function useSwitchOffTwoStep(
  onDone: () => void,
): Act<{ currentPassword: string; code: string }, void> {
  const { client } = useAccount()
  return useAct((proof) => client.twoStep.switchOff(proof), onDone)
}
