import type { RecoveryCodes, TwoStep, TwoStepSetUp } from '@rendition/contract'
import { useQuery } from '@tanstack/react-query'
import { useAccount } from './account-scope.tsx'
import { keys } from './query-cache.ts'
import { type Act, useAct } from './use-act.ts'

/** Whether signing in to this account asks for a code; undefined until known. */
export function useTwoStep(): { twoStep: TwoStep | undefined; error: Error | null } {
  const { client } = useAccount()
  const { data, error } = useQuery({
    queryKey: keys.twoStep,
    queryFn: ({ signal }) => client.twoStep.show({ signal }),
  })
  return { twoStep: data, error }
}

/** Something of the second step; the page shows what comes of it, and its faults stand beside what was typed. */
function useStep<In, Out>(run: (input: In) => Promise<Out>): Act<In, Out> {
  return useAct({ run, refresh: [keys.twoStep], ownFaults: true })
}

export function useSetUpTwoStep(): Act<string | undefined, TwoStepSetUp> {
  const { client } = useAccount()
  return useStep((currentPassword) => client.twoStep.setUp(currentPassword))
}

export function useConfirmTwoStep(): Act<string, RecoveryCodes> {
  const { client } = useAccount()
  return useStep((code) => client.twoStep.confirm(code))
}

export function useRenewCodes(): Act<string, RecoveryCodes> {
  const { client } = useAccount()
  return useStep((code) => client.twoStep.renewCodes(code))
}

export function useSwitchOffTwoStep(): Act<{ currentPassword?: string; code: string }, void> {
  const { client } = useAccount()
  return useStep((proof) => client.twoStep.switchOff(proof))
}
