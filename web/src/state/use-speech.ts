import type { Client } from '@rendition/client'
import type { AccountDetails, Language } from '@rendition/contract'
import { useQueryClient } from '@tanstack/react-query'
import { chooseLanguage, currentLanguage, type LanguageChoice } from '../languages/language.ts'
import { t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { explainError, FaultInWords } from './explain-error.ts'
import { notify } from './notices.ts'
import { keys } from './query-cache.ts'

/** Throws in words: what the page speaks has changed all the same. */
export async function writeMailsIn(client: Client, language: Language): Promise<AccountDetails> {
  try {
    return await client.account.change({ language })
  } catch (error) {
    throw new FaultInWords(t('Mails to you keep their language. {why}', { why: explainError(error) }))
  }
}

/**
 * Chooses the language of the page in this browser; mails to the account follow it. Not by `useAct`: the menu is in the first
 * load, and mutations are 4 kB that it does not need.
 */
export function useSpeech(): (choice: LanguageChoice) => Promise<void> {
  const { client, ended } = useAccount()
  const queries = useQueryClient()
  return async (choice) => {
    if (!(await chooseLanguage(choice))) {
      const text = t('The texts of this language could not be loaded. Nothing was changed.')
      return notify({ kind: 'fault', text })
    }
    try {
      await writeMailsIn(client, currentLanguage())
    } catch (error) {
      if (!ended.aborted) notify({ kind: 'fault', text: explainError(error) })
    }
    void queries.invalidateQueries({ queryKey: keys.me })
  }
}
