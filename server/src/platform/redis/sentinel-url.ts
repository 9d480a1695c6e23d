import type { RedisOptions } from 'ioredis'

const scheme = 'redis+sentinel:'
const form = 'redis+sentinel://host:26379,host2:26379/name'
const defaultPort = 26_379

/** What such a URL says of a connection. */
type SentinelOptions = Pick<
  RedisOptions,
  | 'sentinels'
  | 'name'
  | 'username'
  | 'password'
  | 'db'
  | 'sentinelUsername'
  | 'sentinelPassword'
  | 'sentinelCommandTimeout'
>

/** Whether a URL names Sentinels that know where the primary is, rather than a server. */
export const isSentinelUrl = (url: string): boolean => url.startsWith(scheme)

/** What is wrong with such a URL, in words that repeat nothing of it that may be secret; undefined when nothing is. */
export function sentinelFault(url: string): string | undefined {
  if (/^rediss\+sentinel:/.test(url))
    return 'TLS by way of Sentinels is not offered: redis+sentinel:// or rediss://'
  if (!isSentinelUrl(url)) return undefined
  try {
    sentinelOptions(url)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/**
 * Reads `redis+sentinel://[user:password@]host[:port],host2[:port]/name[/database]`, with `sentinelUsername` and
 * `sentinelPassword` in its query where Sentinels want their own. No URL parser takes several hosts. Throws what is wrong.
 */
export function sentinelOptions(url: string): SentinelOptions {
  const [, login, hosts, name, database, query] =
    /^redis\+sentinel:\/\/(?:([^@/?]*)@)?([^@/?]*)(?:\/([^/?]*))?(?:\/([^?]*))?(?:\?(.*))?$/.exec(url) ?? []
  if (hosts === undefined)
    throw new Error(`is not of the form ${form}; @, / and ? in a password are written %40, %2F and %3F`)
  if (name === undefined || name === '') throw new Error(`lacks the name of the primary: ${form}`)
  if (database !== undefined && !/^\d{1,5}$/.test(database)) {
    throw new Error('has something other than the number of a database after the name of the primary')
  }
  const sentinels = hosts.split(',').map((host, at) => addressOf(host, at + 1))
  const [, user = '', password] = /^([^:]*)(?::(.*))?$/.exec(login ?? '') ?? []
  return {
    sentinels,
    name: decode(name),
    ...(user === '' ? {} : { username: decode(user) }),
    ...(password === undefined ? {} : { password: decode(password) }),
    ...(database === undefined ? {} : { db: Number(database) }),
    ...loginOfSentinels(query ?? ''),
    // One that is frozen takes the connection and answers nothing.
    sentinelCommandTimeout: 2_000,
  }
}

function addressOf(text: string, position: number): { host: string; port: number } {
  const [, host, port = `${defaultPort}`] =
    /^(\[[\da-f:.]+\]|[^\s:[\]]+)(?::(\d{1,5}))?$/i.exec(text.trim()) ?? []
  const number = Number(port)
  if (host === undefined || number < 1 || number > 65_535) {
    throw new Error(
      `has no address of a Sentinel, host or host:port, at place ${position} of its list: ${form}`,
    )
  }
  return { host: host.replace(/^\[|\]$/g, ''), port: number }
}

/** By hand: to URLSearchParams a `+` is a space, and passwords of base64 are full of them. */
function loginOfSentinels(query: string): SentinelOptions {
  const options: SentinelOptions = {}
  for (const part of query.split('&').filter((text) => text !== '')) {
    const [, key, value = ''] = /^(sentinelUsername|sentinelPassword)=(.*)$/.exec(part) ?? []
    if (key !== 'sentinelUsername' && key !== 'sentinelPassword') {
      throw new Error(
        'has a parameter other than sentinelUsername and sentinelPassword; & in a password is written %26',
      )
    }
    options[key] = decode(value)
  }
  return options
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Error('has a % that is not followed by two hexadecimal digits; write it as %25')
  }
}
