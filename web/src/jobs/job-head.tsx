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
  /** Said before its age: the photo that it is about. */
  about?: ReactNode
  /** Said behind its age. */
  more?: ReactNode
  children?: ReactNode
}

/** Name and age of a job or a batch, its lane where that is not the usual one, and below them how far it is. */
export function JobHead({ job, now, name, open, onOpen, details, about, more, children }: JobHeadProps) {
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
        {about}
        {job.priority === 'bulk' && `${t(laneNames.bulk)} · `}
        {agoOf(job.createdAt, now)}
        {more}
      </p>
      {children}
    </div>
  )
}
