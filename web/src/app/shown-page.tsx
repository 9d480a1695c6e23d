import { lazy } from 'react'
import { useUser } from '../state/account-scope.tsx'
import { entries } from './navigation.ts'
import { LatePage, type PageEntry } from './pages.tsx'

const NotShown = lazy(() => import('../console/not-shown.tsx'))

/** A page, for whoever the navigation shows it to: nobody else is shown it by its address either, with forms that would be refused. */
export function ShownPage({ page: { path, part } }: { page: PageEntry }) {
  const user = useUser()
  const entry = entries.find((each) => path === each.path || path.startsWith(`${each.path}/`))
  if (entry?.visible === undefined) return <LatePage part={part} />
  if (user === undefined) return null
  if (entry.visible(user)) return <LatePage part={part} />
  const why =
    entry.section === 'Administration' ? 'Only administrators may do that.' : 'Viewers may only read.'
  return <NotShown title={entry.label} why={why} />
}
