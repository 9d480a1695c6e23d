import type { Job } from '@rendition/contract'
import type { ReactNode } from 'react'
import { t } from '../languages/translate.ts'
import { agoOf } from '../time-texts.ts'
import { laneNames } from './job-texts.ts'

interface JobHeadProps {
  job: Pick<Job, 'priority' | 'createdAt'>
  now: number
  /** What it is called: opens and closes what is known of it. */
  name: string
  open: boolean
  onOpen: (open: boolean) => void
  /** The id of what is opened. */
  details: string
  /** Said behind its lane and age. */
  more?: ReactNode
  children?: ReactNode
}

/** Name, lane and age of a job or a batch, and below them how far it is. */
export function JobHead({ job, now, name, open, onOpen, details, more, children }: JobHeadProps) {
  return (
    <div className="min-w-0 flex-1">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={details}
        onClick={() => onOpen(!open)}
        className="max-w-full truncate text-start font-medium text-sm hover:underline"
      >
        {name}
      </button>
      <p className="truncate text-muted text-xs">
        {t(laneNames[job.priority])} · {agoOf(job.createdAt, now)}
        {more}
      </p>
      {children}
    </div>
  )
}
