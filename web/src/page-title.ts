import { useEffect } from 'react'

/** What stands in the tab: the name of the page, or of what it shows. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Rendition`
  }, [title])
}
