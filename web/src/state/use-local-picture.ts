import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useAccount } from './account-scope.tsx'

/** A browser decodes it whole to show it small; above this it is worse than a moment without a picture. */
const mostBytes = 40 * 1024 ** 2

/** A URL of the file that lies here, for a picture that was just uploaded from this page; null where there is none. */
export function useLocalPicture(imageId: string): string | null {
  const { uploads } = useAccount()
  const file = useSyncExternalStore(uploads.subscribe, () => {
    const upload = uploads.snapshot().find((one) => one.imageId === imageId)
    return upload === undefined || upload.address !== null || upload.file.size > mostBytes
      ? null
      : upload.file
  })
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    if (file === null) return
    const made = URL.createObjectURL(file)
    setUrl(made)
    return () => {
      setUrl(null)
      URL.revokeObjectURL(made)
    }
  }, [file])
  return url
}

const none: ReadonlySet<string> = new Set()

/** The images whose files lie here. The same set for as long as it holds the same. */
export function useLocalIds(): ReadonlySet<string> {
  const { uploads } = useAccount()
  const last = useRef(none)
  return useSyncExternalStore(uploads.subscribe, () => {
    const ids = new Set(
      uploads
        .snapshot()
        .flatMap(({ imageId, address }) => (imageId === null || address !== null ? [] : [imageId])),
    )
    const same = ids.size === last.current.size && [...ids].every((id) => last.current.has(id))
    if (!same) last.current = ids
    return last.current
  })
}
