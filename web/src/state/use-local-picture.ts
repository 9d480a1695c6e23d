import { useEffect, useState, useSyncExternalStore } from 'react'
import { useAccount } from './account-scope.tsx'

/** A browser decodes it whole to show it small; above this it is worse than a moment without a picture. */
const mostBytes = 40 * 1024 ** 2

/** A URL of the file that lies here, for a picture that was just uploaded from this page; null where there is none. */
export function useLocalPicture(imageId: string, wanted: boolean): string | null {
  const { uploads } = useAccount()
  const file = useSyncExternalStore(uploads.subscribe, () => {
    const upload = wanted ? uploads.snapshot().find((one) => one.imageId === imageId) : undefined
    return upload === undefined || upload.file.size > mostBytes ? null : upload.file
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
