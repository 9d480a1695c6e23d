import type { Environment } from '../platform/config/load.ts'

/** What became of a variable that other image services are configured by. */
export interface OtherName {
  variable: string
  /** Our variable that it sets now; null where it sets nothing. */
  sets: string | null
  /** For people, without any value. */
  message: string
}

type Lookup = (...names: string[]) => string | undefined

/** Variables that mean one part together. */
interface Family {
  /** One of these must be there for the others to mean anything. */
  heads: readonly string[]
  others: readonly string[]
  /** The variable of ours. */
  sets: string
  /** What they say, in our words. */
  text: (head: string, value: Lookup) => string
}

const enc = encodeURIComponent

/** Kubernetes sets `REDIS_PORT=tcp://10.0.0.1:6379` in every pod beside a Service of that name: that is no port. */
const portOf = (text: string | undefined, usual: number): number =>
  text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : usual

const families: readonly Family[] = [
  { heads: ['REDIS_URL'], others: [], sets: 'CACHE_URL', text: (head) => head },
  {
    heads: ['REDIS_HOST'],
    others: ['REDIS_PORT', 'REDIS_PASSWORD'],
    sets: 'CACHE_URL',
    text: (host, value) => {
      const password = value('REDIS_PASSWORD')
      return `redis://${password === undefined ? '' : `:${enc(password)}@`}${host}:${portOf(value('REDIS_PORT'), 6379)}`
    },
  },
  {
    heads: ['RABBITMQ_HOST'],
    others: ['RABBITMQ_PORT'],
    sets: 'QUEUE_URL',
    text: (host, value) => `amqp://${host}:${portOf(value('RABBITMQ_PORT'), 5672)}`,
  },
  {
    heads: ['AWS_BUCKET_NAME', 'AWS_S3_BUCKET_NAME'],
    others: ['AWS_IAM_ACCESS_KEY', 'AWS_S3_ACCESS_KEY', 'AWS_IAM_SECRET_KEY', 'AWS_S3_SECRET_KEY'],
    sets: 'STORAGE_URL',
    text: (bucket, value) => {
      const access = value('AWS_IAM_ACCESS_KEY', 'AWS_S3_ACCESS_KEY')
      const secret = value('AWS_IAM_SECRET_KEY', 'AWS_S3_SECRET_KEY')
      const login = access === undefined || secret === undefined ? '' : `${enc(access)}:${enc(secret)}@`
      // Also a name of the AWS tools themselves, so it says nothing where no bucket is named.
      const region = value('AWS_REGION')
      return `s3://${login}${bucket}${region === undefined ? '' : `?region=${enc(region)}`}`
    },
  },
]

const noMongo = 'data is kept in PostgreSQL: set DATABASE_URL=postgres://…, or nothing for the embedded one'

/** Ours of before, with the time they were counted over. */
const formerNames: readonly Family[] = [
  {
    heads: ['REGISTRATIONS_PER_ADDRESS'],
    others: [],
    sets: 'LIMIT_REGISTRATIONS',
    text: (most) => `${most}/1h`,
  },
  { heads: ['LOGINS_PER_ADDRESS'], others: [], sets: 'LIMIT_LOGINS', text: (most) => `${most}/15m` },
  { heads: ['REFRESHES_PER_ADDRESS'], others: [], sets: 'LIMIT_REFRESHES', text: (most) => `${most}/15m` },
]

/** Those that have no exact counterpart, and what to do instead. */
const meaningless: Readonly<Record<string, string>> = {
  JWT_SECRET: 'tokens are signed with keys made in the data folder; processes share them by SECRETS_FILE',
  JWT_REFRESH_SECRET: 'refresh tokens are random and need no secret',
  MONGO_URI: noMongo,
  MONGODB_URI: noMongo,
  RATE_LIMIT_PER_MINUTE:
    'each kind of request has a limit: for a number of calls a minute set LIMIT_REQUESTS=…/1m',
}

/**
 * The environment with the variables of other image services, and former ones of ours, taken for what they exactly
 * mean, and what became of each one that is set. Today's win.
 */
export function readOtherNames(environment: Environment): { environment: Environment; names: OtherName[] } {
  const value: Lookup = (...names) => names.map((name) => environment[name]).find((text) => text)
  const set: Record<string, string> = {}
  const names: OtherName[] = []
  for (const { heads, others, sets, text } of [...families, ...formerNames]) {
    const given = [...heads, ...others].filter((name) => value(name) !== undefined)
    const head = value(...heads)
    const ours = value(sets, `${sets}_FILE`) !== undefined
    const taken = head !== undefined && !ours && set[sets] === undefined
    const message = taken
      ? `is taken: it sets ${sets}`
      : ours || set[sets] !== undefined
        ? `is not read, since ${sets} is set already`
        : `says nothing without ${heads.join(' or ')}: set ${sets}`
    names.push(...given.map((variable) => ({ variable, sets: taken ? sets : null, message })))
    if (taken) set[sets] = text(head, value)
  }
  for (const [variable, instead] of Object.entries(meaningless)) {
    if (value(variable) !== undefined)
      names.push({ variable, sets: null, message: `is not read: ${instead}` })
  }
  return { environment: { ...environment, ...set }, names }
}
