import type { Operation } from '@rendition/contract/recipe'
import { t } from '../languages/translate.ts'
import { announce, notify } from './notices.ts'
import { useDrafts } from './use-edit.ts'

const name = 'copied'

/** Keeps an edit to be put on other photos: until another is copied, or the account ends. */
export function useCopyEdit(): (operations: readonly Operation[]) => void {
  const drafts = useDrafts()
  return (operations) => {
    const kept = drafts.write(name, { steps: operations })
    const text = kept
      ? t('Edit copied. Select photos in the gallery to paste it.')
      : t('The browser did not let us keep the edit.')
    announce(text)
    notify({ kind: kept ? 'done' : 'fault', text })
  }
}

/** The edit that was copied; null where none was. */
export function useCopiedSteps(): Operation[] | null {
  return copiedSteps(useDrafts().read(name))
}

function copiedSteps(kept: unknown): Operation[] | null {
  if (typeof kept !== 'object' || kept === null || !('steps' in kept) || !Array.isArray(kept.steps))
    return null
  // The service judges what they are.
  return kept.steps.length === 0 ? null : (kept.steps as Operation[])
}
