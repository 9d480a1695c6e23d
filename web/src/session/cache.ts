import { isProblem } from '@rendition/client'
import { QueryClient } from '@tanstack/react-query'

/** What the service said, for as long as the page is open and the session lasts. */
export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays a refusal; only what may pass is tried again.
      retry: (failures, error) => failures < 2 && !(isProblem(error) && error.status < 500),
      refetchOnWindowFocus: false,
    },
  },
})
