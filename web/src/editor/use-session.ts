import type { Version } from '@rendition/contract'
import { useCallback, useEffect, useState } from 'react'
import { type EditHistory, useDrafts } from '../state/use-edit.ts'
import {
  changeSteps,
  discard,
  draftOf,
  editOf,
  followVersion,
  isChanged,
  openSession,
  readRecipe,
  type Session,
  type Start,
  settleSteps,
  withDraft,
} from './model/session.ts'
import type { Steps } from './model/steps.ts'
import { redo, undo } from './model/undo.ts'

/** Changes of the steps, by a function of the steps as they are. */
export type ChangeSteps = (next: (steps: Steps) => Steps, gesture?: string | null) => void

const draftAfterMs = 400

/** The edit of one image: what was begun before and not saved, and what is done to it now. */
export function useSession(imageId: string, history: EditHistory) {
  const drafts = useDrafts()
  const [session, setSession] = useState<Session>(() =>
    withDraft(openSession(startOf(history)), drafts.read(imageId)),
  )
  const [fromDraft, setFromDraft] = useState(() => isChanged(session))
  useEffect(() => setSession((before) => followVersion(before, startOf(history))), [history])

  const changed = isChanged(session)
  useEffect(() => {
    const keep = () => drafts.write(imageId, changed ? draftOf(session) : null)
    const timer = setTimeout(keep, draftAfterMs)
    // The page may go within that time.
    window.addEventListener('pagehide', keep)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('pagehide', keep)
      keep()
    }
  }, [drafts, imageId, session, changed])

  const change: ChangeSteps = useCallback(
    (next, gesture = null) => setSession((now) => changeSteps(now, next(now.steps.now), gesture)),
    [],
  )
  const settle = useCallback(() => setSession(settleSteps), [])
  const move = (way: typeof undo | typeof redo) =>
    setSession((now) => ({ ...now, steps: way(now.steps) ?? now.steps }))

  return {
    session,
    steps: session.steps.now,
    operations: editOf(session),
    changed,
    /** Whether it began with what an earlier page left. */
    fromDraft: fromDraft && changed,
    change,
    settle,
    canUndo: session.steps.past.length > 0,
    canRedo: session.steps.future.length > 0,
    undo: () => move(undo),
    redo: () => move(redo),
    /** The version as it is, and nothing kept but for Undo. */
    discard() {
      setFromDraft(false)
      setSession(discard)
    },
    /** What became the current version meanwhile; null where nothing did, or it is no longer of interest. */
    overtaken: changed || session.overtaken?.replaced === true ? session.overtaken : null,
  }
}
export type EditSession = ReturnType<typeof useSession>

function startOf({ current, base }: EditHistory): Start {
  const { width, height }: Version = base
  return {
    version: current.version,
    base: base.version,
    size: { width, height },
    ...readRecipe(current.recipe),
  }
}
