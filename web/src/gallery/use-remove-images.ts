import { isProblem } from '@rendition/client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'
import { explainError } from '../explain-error.ts'
import { plural } from '../format.ts'
import { client } from '../session/client.ts'
import { announce } from '../ui/announcer.tsx'
import { dropImages } from './image-cache.ts'

/** Requests at once when many are deleted. */
const atOnce = 4

/** Deletes images, each on its own; those that went are taken off the page, the others are spoken of. */
export function useRemoveImages() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: async (ids: readonly string[]) => {
      const gone = new Set<string>()
      let fault: unknown = null
      const left = [...ids]
      const work = async (): Promise<void> => {
        for (let id = left.pop(); id !== undefined; id = left.pop()) {
          try {
            await client.images.remove(id)
            gone.add(id)
          } catch (error) {
            // Gone already, by another tab: just as well.
            if (isProblem(error, 'not_found')) gone.add(id)
            else fault = error
          }
        }
      }
      await Promise.all(Array.from({ length: atOnce }, work))
      return { gone, fault }
    },
    onSuccess: ({ gone, fault }) => {
      dropImages(cache, gone)
      if (gone.size > 0) {
        announce(`${plural(gone.size, 'photo')} deleted`)
        toast.success(`${plural(gone.size, 'photo')} deleted`)
      }
      if (fault !== null) toast.error(explainError(fault))
    },
  })
}
