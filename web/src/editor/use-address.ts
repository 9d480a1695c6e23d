import { formatPictureQuery, type Operation, type Output } from '@rendition/contract/recipe'
import { useEffect, useState } from 'react'
import { t } from '../languages/translate.ts'
import { pictureUrl } from '../pictures/picture-url.ts'
import { useAccount } from '../state/account-scope.tsx'
import { explainError } from '../state/explain-error.ts'
import { untilHad } from '../state/until-had.ts'

/** The URL of what is seen, whole, with what comes from it. */
export interface Address {
  url: string
  format: string
  /** null until it was asked for. */
  bytes: number | null
}

/** A hand that moves asks a few times a second, not at every step. */
const askAfterMs = 120
/** The whole picture is rendered for this: only when nothing was done for a while. */
const weighAfterMs = 1_500

/** What the edit's delivery URL is; a sentence where it has none. */
export function useAddress(
  imageId: string,
  base: number,
  operations: readonly Operation[],
  output: Partial<Output>,
): Address | string | null {
  const { client, ended } = useAccount()
  const [address, setAddress] = useState<Address | string | null>(null)
  const asked = JSON.stringify([operations, output])
  useEffect(() => {
    const aborting = new AbortController()
    const signal = AbortSignal.any([aborting.signal, ended])
    const [steps, file] = JSON.parse(asked)
    const query = formatPictureQuery({ steps, output: file })
    if (query === null) {
      setAddress(t('This edit is too long for a URL. Saved as a version, it has a short one.'))
      return
    }
    let weighing: ReturnType<typeof setTimeout> | undefined
    const ask = async () => {
      const explained = await untilHad(
        () => client.images.explain(imageId, { v: base, ...query }, { signal }),
        signal,
        (error) => setAddress(explainError(error)),
      )
      const url = pictureUrl(explained)
      const found: Address = { url, format: explained.format.name ?? '', bytes: null }
      setAddress(found)
      weighing = setTimeout(async () => {
        const answer = await fetch(url, { method: 'HEAD', signal }).catch(() => null)
        if (answer?.ok !== true) return
        const format = (answer.headers.get('content-type') ?? found.format).replace('image/', '')
        setAddress({ url, format, bytes: Number(answer.headers.get('content-length')) || null })
      }, weighAfterMs)
    }
    const timer = setTimeout(() => {
      ask().catch((error: unknown) => {
        if (!signal.aborted) setAddress(explainError(error))
      })
    }, askAfterMs)
    return () => {
      aborting.abort()
      clearTimeout(timer)
      clearTimeout(weighing)
    }
  }, [client, ended, imageId, base, asked])
  return address
}
