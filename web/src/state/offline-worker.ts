import { t } from '../languages/translate.ts'
import { notify } from './notices.ts'
import { forgetSeen } from './seen.ts'

const lookForNewMs = 3_600_000

/** Once for the page, whoever signs in. */
let started = false

/** Has the browser open this page without a network from now on, and tells of a new build. */
export async function startOffline(): Promise<void> {
  // While developing the page is none of a build.
  if (!import.meta.env.PROD || started) return
  started = true
  const { serviceWorker } = navigator
  serviceWorker.addEventListener('controllerchange', () => void tellOfNewBuild())
  const registration = await serviceWorker
    .register('/worker.js', { updateViaCache: 'none' })
    .catch(() => null)
  // What was kept while the service had a worker is of no use without, and nobody else would delete it.
  if (registration === null && (await serviceWorker.getRegistration()) === undefined) await forgetSeen(null)
  // Browsers look with each page that is opened; some are open for weeks.
  setInterval(() => void registration?.update().catch(() => undefined), lookForNewMs)
}

/** A page that came from the network is often newer than the worker that it found. */
async function tellOfNewBuild(): Promise<void> {
  const newest = (await caches.keys()).findLast((name) => name.startsWith('rendition-shell-'))
  const ownScript = document.querySelector<HTMLScriptElement>('script[type=module][src]')?.src
  if (newest === undefined || ownScript === undefined) return
  if ((await (await caches.open(newest)).match(ownScript)) !== undefined) return
  notify({
    kind: 'done',
    text: t('There is a new version of this page.'),
    action: { label: t('Load it'), run: () => window.location.reload() },
    forMs: 60_000,
  })
}
