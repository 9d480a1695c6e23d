import { pictureUrl } from '../pictures/picture-url.ts'
import type { Chosen } from '../state/chosen.ts'
import { useExportSelection } from '../state/exports.ts'

/** Downloads what is selected as one ZIP: originals, and what is known of them. */
export function useDownload(chosen: Chosen): { isPending: boolean; download: () => Promise<void> } {
  const { isPending, prepare } = useExportSelection(chosen)
  return {
    isPending,
    async download() {
      const url = (await prepare())?.url ?? null
      if (url === null) return
      // Sent as a file to save, so the page stays where it is.
      const link = document.createElement('a')
      link.href = pictureUrl({ url })
      link.download = ''
      link.click()
    },
  }
}
