import { Failure, isFailure } from '@rendition/contract'
import type { Bag, ParsedParameters } from '@rendition/contract/recipe'
import type { ImageFacts } from '../../images/index.ts'
import type { Principal } from '../../platform/http/principal.ts'

/** Whom an answer is for: anyone; whoever has the signed URL; the same while a share lasts; this caller alone. */
export type Audience = 'public' | 'signed' | 'shared' | 'caller'

/** What a missing image and another user's private one answer alike, so that ids cannot be probed. */
export const noSuchImage = (): Failure => new Failure('not_found', 'There is no such image.')

/** Whether the credential opens any picture of this image: the owner's or an admin's, with `images:read`. */
function mayRead(principal: Principal | null, facts: ImageFacts): boolean {
  if (principal === null) return false
  return principal.userId === facts.ownerId || principal.role === 'admin'
}

/** The same, with the scope that pictures need. */
export const mayReadPictures = (principal: Principal | null, facts: ImageFacts): boolean =>
  mayRead(principal, facts) && principal?.scopes.has('images:read') === true

/**
 * Who asks. A picture needs no credential, so that one which is not valid counts as none: were it refused, whoever sends
 * it would tell a private image (401) from a missing one (404). One that cannot be judged now is a failure: taken for
 * none, it would give its owner what strangers get.
 */
export async function callerOf(caller: () => Promise<Principal | null>): Promise<Principal | null> {
  try {
    return await caller()
  } catch (error) {
    if (isFailure(error) && error.status === 401) return null
    throw error
  }
}

/** The caller's right to a private image, or the same 404 as for a missing one. */
export async function openPrivate(
  facts: ImageFacts,
  signed: boolean,
  caller: () => Promise<Principal | null>,
): Promise<Audience> {
  if (signed) return 'signed'
  const principal = await caller()
  if (!mayRead(principal, facts)) throw noSuchImage()
  if (principal?.scopes.has('images:read') !== true) {
    throw new Failure('insufficient_scope', 'The scope images:read is needed.')
  }
  return 'caller'
}

/** The right to these parameters of a public image: anyone's, when they are open or signed; else the owner's alone. */
export async function openPublic(
  facts: ImageFacts,
  openForAll: boolean,
  caller: () => Promise<Principal | null>,
): Promise<Audience> {
  if (openForAll) return 'public'
  if (mayReadPictures(await caller(), facts)) return 'caller'
  throw new Failure(
    'signature_required',
    'Without a signature a public image is delivered as a preset or in a width of the ladder.',
  )
}

const always: ReadonlySet<keyof Bag> = new Set(['v', 'set', 'download', 'exp', 'sig'])

/**
 * What anyone may ask of a public image: nothing at all, a preset, or a width of the ladder; the latter two also with
 * a negotiated format or gamut. So a stranger can have only a bounded number of pictures made.
 */
export function isOpen(
  { bag }: Pick<ParsedParameters, 'bag'>,
  ladder: readonly number[],
  hinted: boolean,
): boolean {
  const names = (Object.keys(bag) as (keyof Bag)[]).filter(
    (name) => bag[name] !== undefined && !always.has(name),
  )
  if (bag.format === 'auto') names.splice(names.indexOf('format'), 1)
  // One of two, by a hint
  if (bag.gamut === 'auto') names.splice(names.indexOf('gamut'), 1)
  if (names.length === 0) return true
  if (names.length === 1 && names[0] === 'preset') return true
  const { width } = bag
  const onLadder = width === 'auto' || (typeof width === 'number' && ladder.includes(width))
  // Hints were snapped to their own short ladder before they got here.
  return onLadder && names.every((name) => name === 'width' || (name === 'dpr' && hinted))
}
