import { copyText } from '../copy-text.ts'
import { plural, t } from '../languages/translate.ts'
import { pictureUrl } from '../pictures/picture-url.ts'
import { useAccount } from '../state/account-scope.tsx'
import { type Chosen, imagesOf } from '../state/chosen.ts'
import { explainError } from '../state/explain-error.ts'
import { announce, notify } from '../state/notices.ts'

/** Copies the URLs of what is chosen, one a line: of each the largest size that is made to be shown. */
export function useCopyUrls(): (chosen: Chosen) => Promise<void> {
  const { client, ended } = useAccount()
  return async (chosen) => {
    let urls: string[]
    try {
      urls = (await imagesOf(chosen, client, ended)).flatMap(({ sizes }) => {
        const size = sizes.large ?? sizes.original ?? Object.values(sizes)[0]
        return size === undefined ? [] : [pictureUrl(size)]
      })
    } catch (error) {
      if (!ended.aborted) notify({ kind: 'fault', text: explainError(error) })
      return
    }
    try {
      await copyText(urls.join('\n'))
      const text = plural(urls.length, '{count} URL copied', '{count} URLs copied')
      announce(text)
      notify({ kind: 'done', text })
    } catch {
      notify({ kind: 'fault', text: t('The browser did not let us copy.') })
    }
  }
}
