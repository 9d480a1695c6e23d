import type { AccountDetails, Language } from '@rendition/contract'
import { useAccount } from './account-scope.tsx'
import { keys } from './query-cache.ts'
import { type Act, useAct } from './use-act.ts'
import { writeMailsIn } from './use-speech.ts'

/** What the mails to the account are in. */
export function useMailLanguage(): Act<Language, AccountDetails> {
  const { client } = useAccount()
  return useAct({
    run: (language: Language) => writeMailsIn(client, language),
    refresh: [keys.me],
  })
}
