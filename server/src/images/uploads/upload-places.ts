import { Failure } from '@rendition/contract'

export interface PlaceLimits {
  all: number
  perAccount: number
  perNetwork: number
}

export interface UploadPlaces {
  /**
   * Takes a place for an account, from a network where it comes over one; gives what frees it. Throws `rate_limited`
   * when the account or the network has its share already, `overloaded` when all places are taken.
   */
  take(userId: string, network: string | null): () => void
}

/** Uploads, or others that take long, that run at once in this process. A share each, so that one account with slow ones does not stop all. */
export function createUploadPlaces(
  { all, perAccount, perNetwork }: PlaceLimits,
  things = 'uploads',
): UploadPlaces {
  const shareUsed = (whose: 'account' | 'address', most: number): Failure =>
    new Failure('rate_limited', `At most ${most} ${things} of one ${whose} at a time.`, { retryAfter: 2 })
  let running = 0
  const accounts = new Map<string, number>()
  const networks = new Map<string, number>()
  const add = (counts: Map<string, number>, key: string, change: 1 | -1): void => {
    const count = (counts.get(key) ?? 0) + change
    if (count === 0) counts.delete(key)
    else counts.set(key, count)
  }
  return {
    take(userId, network) {
      if ((accounts.get(userId) ?? 0) >= perAccount) throw shareUsed('account', perAccount)
      if (network !== null && (networks.get(network) ?? 0) >= perNetwork)
        throw shareUsed('address', perNetwork)
      if (running >= all)
        throw new Failure('overloaded', `Too many ${things} are running.`, { retryAfter: 2 })
      running += 1
      add(accounts, userId, 1)
      if (network !== null) add(networks, network, 1)
      let taken = true
      return () => {
        if (!taken) return
        taken = false
        running -= 1
        add(accounts, userId, -1)
        if (network !== null) add(networks, network, -1)
      }
    },
  }
}
