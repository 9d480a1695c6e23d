import { readFile } from 'node:fs/promises'
import { describe, expect, it, vi } from 'vitest'
import { createClient } from './create-client.ts'

/**
 * Every operation of the API description is either asked for by a method of the client or listed as left out, with the
 * reason, in docs/client.md. The methods are called, not named: what counts is the request that leaves.
 */
const root = new URL('../../', import.meta.url)
const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8')
const { paths } = JSON.parse(await read('docs/openapi.json')) as { paths: Record<string, object> }
const described = Object.entries(paths).flatMap(([path, item]) =>
  Object.keys(item)
    .filter((method) => ['get', 'post', 'put', 'patch', 'delete', 'head'].includes(method))
    .map((method) => `${method.toUpperCase()} ${path}`),
)
const leftOut = new Map(
  [...(await read('docs/client.md')).matchAll(/^\| `([A-Z]+ \/[^`]*)` \| (.+) \|$/gm)].map(
    ([, operation = '', reason = '']) => [operation, reason],
  ),
)

const id = '019a3c5e-7d21-7b44-9c1f-5e2a8d0b6f37'
const session = {
  user: { id, email: null, username: 'ann', role: 'user', createdAt: '2026-01-01T00:00:00Z' },
  accessToken: 'a',
  refreshToken: 'r',
  token: 'a',
  tokenType: 'Bearer',
  expiresIn: 1,
  message: '',
}

/** What every method of every part asks for, as `METHOD /path`. */
async function requestsOfAll(): Promise<Set<string>> {
  const asked = new Set<string>()
  const answer: typeof fetch = async (input, init) => {
    const { pathname } = new URL(String(input))
    asked.add(`${init?.method ?? 'GET'} ${pathname}`)
    const path = pathname.replace('/api/', '')
    if (path.startsWith('auth/')) return Response.json(session)
    // A job that made no picture is asked for the reason; one page is the last.
    return Response.json({ id, status: 'failed', items: [], nextCursor: null, parts: [] })
  }
  const signedIn = createClient({ baseUrl: 'http://x', fetch: answer, WebSocket: null })
  const byKey = createClient({ baseUrl: 'http://x', fetch: answer, apiKey: 'rnk_x', WebSocket: null })
  const { account, admin, albums, searches, auth, exports, receipts, images, uploads, shares } = byKey
  const { shared, jobs, keys, presets, twoStep, providers, webhooks, events } = byKey
  const file = new File(['x'], 'x.jpg')
  const once = async (pages: AsyncGenerator): Promise<void> => void (await pages.next())
  const renditions = { type: 'renditions' } as const
  const calls: Record<string, () => unknown> = {
    'auth.register': () => signedIn.auth.register({ username: 'ann', password: 'x' }),
    'auth.login': () => signedIn.auth.login({ username: 'ann', password: 'x' }),
    // Its access token is over, so the session is renewed.
    'auth.accessToken': () => signedIn.auth.accessToken(),
    'auth.authorized': () => signedIn.auth.authorized(async () => ({ status: 200 })),
    'auth.lookAtLink': () => signedIn.auth.lookAtLink('rnl_a'),
    'auth.askPasswordReset': () => signedIn.auth.askPasswordReset('a@example.com'),
    'auth.resetPassword': () => signedIn.auth.resetPassword({ token: 'x', password: 'x' }),
    'auth.acceptInvitation': () => signedIn.auth.acceptInvitation({ token: 'x', password: 'x' }),
    'auth.finishLogin': () => signedIn.auth.finishLogin({ challenge: 'x', code: '000000' }),
    'auth.logout': () => signedIn.auth.logout(),
    'auth.registration': () => auth.registration(),
    'auth.me': () => auth.me(),
    'account.change': () => account.change({}),
    'account.sessions': () => account.sessions(),
    'account.allSessions': () => once(account.allSessions()),
    'account.endSession': () => account.endSession(id),
    'account.usage': () => account.usage(),
    'account.activity': () => account.activity(),
    'account.allActivity': () => once(account.allActivity()),
    'account.erase': () => account.erase(),
    'admin.users': () => admin.users(),
    'admin.user': () => admin.user(id),
    'admin.changeUser': () => admin.changeUser(id, {}),
    'admin.signOutUser': () => admin.signOutUser(id),
    'admin.eraseUser': () => admin.eraseUser(id),
    'admin.stats': () => admin.stats(),
    'admin.audit': () => admin.audit(),
    'admin.auditPages': () => once(admin.auditPages()),
    'admin.lanes': () => admin.lanes(),
    'admin.changeLane': () => admin.changeLane('bulk', { paused: true }),
    'admin.jobs': () => admin.jobs(),
    'admin.changeJobs': () => admin.changeJobs({}, { priority: 'bulk' }),
    'admin.processes': () => admin.processes(),
    'admin.storage': () => admin.storage(),
    'admin.history': () => admin.history(),
    'admin.purges': () => admin.purges(),
    'admin.purge': () => admin.purge({ what: 'all' }),
    'admin.settings': () => admin.settings(),
    'admin.releases': () => admin.releases(),
    'images.upload': () => images.upload(file),
    'images.uploadMany': () => images.uploadMany([file, file]),
    'images.uploadArchive': () => images.uploadArchive(file),
    'images.list': () => images.list(),
    'images.facets': () => images.facets(),
    'images.similar': () => images.similar(id),
    'images.duplicates': () => images.duplicates(),
    'images.pages': () => once(images.pages()),
    'images.get': () => images.get(id),
    'images.status': () => images.status(id),
    'images.patch': () => images.patch(id, {}),
    'images.explain': () => images.explain(id, {}),
    'images.markup': () => images.markup(id, { widths: [640] }),
    'images.placeholder': () => images.placeholder(id),
    'images.trash': () => images.trash(id),
    'images.untrash': () => images.untrash(id),
    'images.changeMany': () => images.changeMany({ imageIds: [id], change: { rating: 1 } }),
    'images.remove': () => images.remove(id),
    'images.importUrl': () => images.importUrl({ url: 'https://x/y.jpg' }),
    'images.replace': () => images.replace(id, file),
    'images.transform': () => images.transform(id, { width: 10 }, { saveImage: true }),
    'images.versions': () => images.versions(id),
    'images.undo': () => images.undo(id),
    'images.redo': () => images.redo(id),
    'images.restore': () => images.restore(id, 1),
    'images.renditions': () => images.renditions(id),
    'images.purge': () => images.purge(id),
    'images.settled': () => images.settled(id),
    'albums.list': () => albums.list(),
    'albums.pages': () => once(albums.pages()),
    'albums.get': () => albums.get(id),
    'albums.create': () => albums.create({ name: 'x' }),
    'albums.change': () => albums.change(id, {}),
    'albums.remove': () => albums.remove(id),
    'albums.images': () => albums.images(id),
    'albums.add': () => albums.add(id, [id]),
    'albums.move': () => albums.move(id, [id]),
    'albums.takeOut': () => albums.takeOut(id, [id]),
    'searches.list': () => searches.list(),
    'searches.save': () => searches.save({ name: 'x', q: 'y' }),
    'searches.change': () => searches.change(id, {}),
    'searches.remove': () => searches.remove(id),
    'uploads.list': () => uploads.list(),
    'uploads.sendDirect': () => uploads.sendDirect(file),
    'uploads.beginDirect': () => uploads.beginDirect({ size: 1 }),
    'uploads.getDirect': () => uploads.getDirect(id),
    'uploads.completeDirect': () => uploads.completeDirect(id),
    'uploads.giveUpDirect': () => uploads.giveUpDirect(id),
    'shares.list': () => shares.list(),
    'shares.pages': () => once(shares.pages()),
    'shares.get': () => shares.get(id),
    'shares.create': () => shares.create({ imageId: id }),
    'shares.change': () => shares.change(id, {}),
    'shares.revoke': () => shares.revoke(id),
    'exports.list': () => exports.list(),
    'exports.pages': () => once(exports.pages()),
    'exports.get': () => exports.get(id),
    'exports.create': () => exports.create(),
    'exports.remove': () => exports.remove(id),
    'admin.makePasswordLink': () => admin.makePasswordLink(id),
    'admin.makeSignInLink': () => admin.makeSignInLink(id),
    'admin.takeOffTwoStep': () => admin.takeOffTwoStep(id),
    'admin.invitations': () => admin.invitations(),
    'admin.invite': () => admin.invite({ email: 'a@example.com' }),
    'admin.takeBackInvitation': () => admin.takeBackInvitation(id),
    'account.email': () => account.email(),
    'account.resendVerification': () => account.resendVerification(),
    'account.verifyEmail': () => account.verifyEmail('x'),
    'account.notifications': () => account.notifications(),
    'account.changeNotifications': () => account.changeNotifications({}),
    'receipts.list': () => receipts.list(),
    'receipts.pages': () => once(receipts.pages()),
    'receipts.get': () => receipts.get(id),
    'receipts.claim': () => receipts.claim('x'),
    'receipts.keys': () => receipts.keys(),
    'shared.look': () => shared.look('x'),
    'shared.unlock': () => shared.unlock('x', 'open sesame'),
    'shared.images': () => shared.images('x', {}, { pass: 'y' }),
    'shared.upload': () => shared.upload('x', [file]),
    'jobs.list': () => jobs.list(),
    'jobs.pages': () => once(jobs.pages()),
    'jobs.get': () => jobs.get(id),
    'jobs.batch': () => jobs.batch(id),
    'jobs.changeBatch': () => jobs.changeBatch(id, { status: 'cancelled' }),
    'jobs.removeBatch': () => jobs.removeBatch(id),
    'jobs.create': () => jobs.create(id, renditions),
    'jobs.createMany': () => jobs.createMany([id], renditions),
    'jobs.cancel': () => jobs.cancel(id),
    'jobs.retry': () => jobs.retry(id),
    'jobs.prioritize': () => jobs.prioritize(id, 'bulk'),
    'jobs.remove': () => jobs.remove(id),
    'jobs.settled': () => jobs.settled(id),
    'jobs.result': () => jobs.result(id),
    'keys.list': () => keys.list(),
    'keys.pages': () => once(keys.pages()),
    'keys.create': () => keys.create(),
    'keys.current': () => keys.current(),
    'keys.remove': () => keys.remove(id),
    'auth.signInByLink': () => signedIn.auth.signInByLink('x'),
    'providers.start': () => providers.start('home'),
    'providers.finish': () => signedIn.providers.finish('home', { browserKey: 'x', answer: 'x' }),
    'providers.startLink': () => providers.startLink('home', 'x'),
    'providers.finishLink': () => providers.finishLink('home', { browserKey: 'x', answer: 'x' }),
    'providers.identities': () => providers.identities(),
    'providers.unlink': () => providers.unlink(id),
    'twoStep.show': () => twoStep.show(),
    'twoStep.setUp': () => twoStep.setUp('x'),
    'twoStep.confirm': () => twoStep.confirm('000000'),
    'twoStep.renewCodes': () => twoStep.renewCodes('000000'),
    'twoStep.switchOff': () => twoStep.switchOff({ currentPassword: 'x', code: '000000' }),
    'presets.get': () => presets.get(),
    'presets.change': () => presets.change({ presets: [] }, '"presets-1"'),
    'presets.estimate': () => presets.estimate({ presets: [] }),
    'presets.sets': () => presets.sets(),
    'presets.set': () => presets.set(1),
    'presets.restore': () => presets.restore(1, '"presets-1"'),
    'webhooks.list': () => webhooks.list(),
    'webhooks.pages': () => once(webhooks.pages()),
    'webhooks.get': () => webhooks.get(id),
    'webhooks.create': () => webhooks.create({ url: 'https://x/' }),
    'webhooks.change': () => webhooks.change(id, {}),
    'webhooks.remove': () => webhooks.remove(id),
    'webhooks.deliveries': () => webhooks.deliveries(id),
    'webhooks.delivery': () => webhooks.delivery(id, id),
    'webhooks.replayFailed': () => webhooks.replayFailed(id),
    'webhooks.replay': () => webhooks.replay(id, id),
    'webhooks.test': () => webhooks.test(id),
    'webhooks.renewAccountSecret': () => webhooks.renewAccountSecret(),
    'events.subscribe': async () => {
      const stop = events.subscribe({ onEvent: () => undefined })
      await vi.waitFor(() => expect([...asked].some((line) => line.endsWith('/events/stream'))).toBe(true))
      stop()
    },
  }
  const methods = Object.entries(byKey).flatMap(([part, methods]) =>
    Object.keys(methods as object).map((name) => `${part}.${name}`),
  )
  expect(Object.keys(calls).sort()).toEqual(methods.sort())
  for (const call of Object.values(calls)) await call()
  return asked
}

/** `GET /api/images/019a…` as the description has it: a path without parameters goes first. */
function operationOf(line: string): string | undefined {
  if (described.includes(line)) return line
  return described.find((operation) =>
    new RegExp(`^${operation.replace(/[.?*+]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`).test(line),
  )
}

describe('the client beside the API description', async () => {
  const asked = await requestsOfAll()
  const covered = new Set([...asked].map((line) => operationOf(line) ?? `${line} is not described`))

  it('asks only for what is described', () => {
    expect([...covered].filter((operation) => !described.includes(operation))).toEqual([])
  })

  it('has a method for every operation, or docs/client.md says why not', () => {
    const missing = described.filter((operation) => !covered.has(operation) && !leftOut.has(operation))
    expect(missing).toEqual([])
  })

  it('is not said to leave out what it has, or what there is not', () => {
    expect([...leftOut.keys()].filter((operation) => covered.has(operation))).toEqual([])
    expect([...leftOut.keys()].filter((operation) => !described.includes(operation))).toEqual([])
    for (const [operation, reason] of leftOut) expect(reason.length, operation).toBeGreaterThan(15)
  })
})
