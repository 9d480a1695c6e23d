import { ProblemError, type SharedPages } from '@rendition/client'
import type { ErrorCode, Page, SharedImage } from '@rendition/contract'
import { expect, it } from 'vitest'
import { createSharedStore, isMaking } from './shared.ts'

const size = { url: '/images/a', width: 1, height: 1, size: 1, format: 'jpeg' }
const image = (id: string, sizes: SharedImage['sizes'] = { small: size }): SharedImage => ({
  id,
  name: `${id}.jpg`,
  altText: null,
  width: 3,
  height: 2,
  placeholder: null,
  sizes,
  downloads: {},
})
const problem = (code: ErrorCode, status: number) =>
  new ProblemError({ type: '', title: '', status, detail: `It is ${code}.`, instance: '', code })
const share = {
  type: 'album',
  title: 'Sea',
  imageCount: 3,
  sizes: ['small'],
  downloads: false,
  uploads: true,
  expiresAt: null,
} as const

/** A service whose answers wait until they are let go. */
function service(all: SharedImage[], password: string | null = null) {
  const calls: string[] = []
  const held: (() => void)[] = []
  let hold = false
  let fault: unknown = null
  const answer = async <T>(call: string, make: () => T): Promise<T> => {
    calls.push(call)
    if (hold) await new Promise<void>((resolve) => held.push(resolve))
    if (fault !== null) throw fault
    return make()
  }
  const allowed = (pass?: string) => password === null || pass === `pass for ${password}`
  const pages: SharedPages = {
    look: (_token, { pass } = {}) =>
      answer('look', () =>
        allowed(pass)
          ? { locked: false, share: { ...share, sizes: [...share.sizes] } }
          : { locked: true, share: null },
      ),
    unlock: (_token, given) =>
      answer(`unlock ${given}`, () => {
        if (given !== password) throw problem('invalid_credentials', 401)
        return { pass: `pass for ${given}`, expiresAt: '' }
      }),
    images: (_token, { cursor } = {}, { pass } = {}) =>
      answer(`images ${cursor ?? ''}`, (): Page<SharedImage> => {
        if (!allowed(pass)) throw problem('share_locked', 401)
        const from = Number(cursor ?? 0)
        return {
          items: all.slice(from, from + 2),
          nextCursor: all.length > from + 2 ? String(from + 2) : null,
        }
      }),
    upload: () => Promise.reject(new Error('the page sends by tus')),
  }
  const send = (file: File): Promise<void> =>
    answer(`send ${file.name}`, () => {
      if (file.name.endsWith('.txt')) throw problem('unsupported_media_type', 415)
      all.push(image(file.name, {}))
    })
  return {
    pages,
    send,
    calls,
    hold: () => {
      hold = true
    },
    letGo: () => {
      hold = false
      for (const go of held.splice(0)) go()
    },
    failWith: (error: unknown) => {
      fault = error
    },
  }
}
const kept = () => {
  const map = new Map<string, string>()
  return {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
  }
}
const idsOf = (store: ReturnType<typeof createSharedStore>) => store.state().images.map(({ id }) => id)

it('is shown page by page, and keeps as many when it is read anew', async () => {
  const all = ['a', 'b', 'c', 'd', 'e'].map((id) => image(id))
  const { pages, send } = service(all)
  const store = createSharedStore({ pages, send, token: 't', passes: kept() })
  expect(store.state().phase).toBe('loading')
  await store.load()
  expect([store.state().phase, idsOf(store), store.state().hasMore]).toEqual(['open', ['a', 'b'], true])
  await store.more()
  all.splice(0, 1)
  await store.refresh()
  expect(idsOf(store)).toEqual(['b', 'c', 'd', 'e'])
  await store.more()
  expect([idsOf(store), store.state().hasMore]).toEqual([['b', 'c', 'd', 'e'], false])
})

it('asks in turn: a page that was asked for before a reading of all does not come behind it', async () => {
  const all = ['a', 'b', 'c', 'd'].map((id) => image(id))
  const made = service(all)
  const store = createSharedStore({ pages: made.pages, send: made.send, token: 't', passes: kept() })
  await store.load()
  for (const [one, other] of [
    [() => store.more(), () => store.refresh()],
    [() => store.refresh(), () => store.more()],
  ] as const) {
    made.hold()
    const both = Promise.all([one(), other()])
    made.letGo()
    await both
    expect(idsOf(store)).toEqual(['a', 'b', 'c', 'd'])
  }
})

it('asks for the password, keeps what it gave for this tab and this share, and asks again when it changed', async () => {
  const passes = kept()
  const made = service([image('a')], 'sesame')
  const store = createSharedStore({ pages: made.pages, send: made.send, token: 't', passes })
  await store.load()
  expect(store.state()).toMatchObject({ phase: 'locked', share: null })
  await store.unlock('wrong')
  expect(store.state()).toMatchObject({ phase: 'locked', fault: 'It is invalid_credentials.' })
  await store.unlock('sesame')
  expect(store.state()).toMatchObject({ phase: 'open', fault: null })
  const again = createSharedStore({ pages: made.pages, send: made.send, token: 't', passes })
  await again.load()
  expect(again.state().phase).toBe('open')
  const other = createSharedStore({ pages: made.pages, send: made.send, token: 'u', passes })
  await other.load()
  expect(other.state().phase).toBe('locked')
  made.failWith(problem('share_locked', 401))
  await again.more()
  await again.refresh()
  expect(again.state()).toMatchObject({ phase: 'locked', images: [] })
})

it.each([
  ['share_expired', 410, 'ended'],
  ['not_found', 404, 'gone'],
] as const)('shows nothing any more after %s', async (code, status, phase) => {
  const made = service([image('a')])
  const store = createSharedStore({ pages: made.pages, send: made.send, token: 't', passes: kept() })
  await store.load()
  made.failWith(problem(code, status))
  await store.refresh()
  expect(store.state()).toMatchObject({ phase, images: [], share: null })
})

it('keeps what is shown through a fault that passes, and begins again where nothing is', async () => {
  const made = service([image('a')])
  const store = createSharedStore({ pages: made.pages, send: made.send, token: 't', passes: kept() })
  made.failWith(problem('unavailable', 503))
  await store.load()
  expect(store.state()).toMatchObject({ phase: 'fault', fault: 'It is unavailable.' })
  made.failWith(null)
  await store.load()
  made.failWith(problem('unavailable', 503))
  await store.refresh()
  expect([store.state().phase, idsOf(store)]).toEqual(['open', ['a']])
})

it('adds files one by one, says which were not taken, and shows the others', async () => {
  const made = service([image('a')])
  const store = createSharedStore({ pages: made.pages, send: made.send, token: 't', passes: kept() })
  await store.load()
  const seen: unknown[] = []
  store.subscribe(() => seen.push(store.state().sending?.done ?? null))
  await store.add([new File(['x'], 'b.jpg'), new File(['x'], 'c.txt'), new File(['x'], 'd.jpg')])
  expect(seen).toEqual(expect.arrayContaining([0, 1, 2, 3, null]))
  expect(idsOf(store)).toEqual(['a', 'b.jpg', 'd.jpg'])
  expect(store.state().rejected).toEqual([
    { name: 'c.txt', why: expect.stringContaining('unsupported_media_type') },
  ])
  expect(isMaking(store.state())).toBe(true)
})

it.each([
  [['small'], {}, true],
  [['small', 'original'], { original: size }, true],
  [['small', 'original'], { small: size }, false],
  // Nothing is made of an original, and of a link that gives no size any more.
  [['original'], { original: size }, false],
  [[], {}, false],
])('of a link in %j a picture with %j is waited for: %s', (sizes, made, waits) => {
  const state = { share: { ...share, sizes }, images: [image('a', made)] }
  expect(isMaking(state)).toBe(waits)
})
