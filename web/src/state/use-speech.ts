import type { AccountDetails, Language } from '@rendition/contract'
import { chooseLanguage, currentLanguage, type LanguageChoice } from '../languages/language.ts'
import { t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { explainError, FaultInWords } from './explain-error.ts'
import { notify } from './notices.ts'
import { keys } from './query-cache.ts'
import { type Act, useAct } from './use-act.ts'

/** What the mails to the account are in. */
export function useMailLanguage(): Act<Language, AccountDetails> {
  const { client } = useAccount()
  return useAct({
    run: (language: Language) =>
      client.account.change({ language }).catch((error: unknown) => {
        throw new FaultInWords(t('Mails to you keep their language. {why}', { why: explainError(error) }))
      }),
    refresh: [keys.me],
  })
}

/** Chooses the language of the page in this browser; mails to the account follow it. */
export function useSpeech(): (choice: LanguageChoice) => Promise<void> {
  const { act } = useMailLanguage()
  return async (choice) => {
    if (await chooseLanguage(choice)) await act(currentLanguage())
    else {
      const text = t('The texts of this language could not be loaded. Nothing was changed.')
      notify({ kind: 'fault', text })
    }
  }
}
