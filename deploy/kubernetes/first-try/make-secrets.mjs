/**
 * Makes the two Secrets of the first try through the API of the cluster, with random passwords. The parts' comes first: when the
 * job dies between the two, neither is there whole, and the next attempt says so instead of making passwords that do not fit.
 */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'

const folder = process.env.SERVICE_ACCOUNT ?? '/var/run/secrets/kubernetes.io/serviceaccount'
const api = process.env.KUBERNETES_API ?? 'https://kubernetes.default.svc'
const token = readFileSync(`${folder}/token`, 'utf8').trim()
const namespace = readFileSync(`${folder}/namespace`, 'utf8').trim()

/** False where there is one of that name already. */
async function create(name, stringData) {
  const answer = await fetch(`${api}/api/v1/namespaces/${namespace}/secrets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData }),
  })
  if (answer.status === 409) return false
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`)
  process.stdout.write(`${name} was made\n`)
  return true
}

const random = () => randomBytes(24).toString('hex')
const [postgres, redis, rabbitmq, key, secret] = [random(), random(), random(), random(), random()]
const secrets = execFileSync(process.execPath, ['server/bin/rendition.js', 'secrets'], { encoding: 'utf8' })
const urls = {
  DATABASE_URL: `postgres://rendition:${postgres}@postgres/rendition`,
  STORAGE_URL: `s3://${key}:${secret}@rendition?endpoint=${encodeURIComponent('http://s3:7070')}&region=us-east-1`,
  QUEUE_URL: `amqp://rendition:${rabbitmq}@rabbitmq`,
  CACHE_URL: `redis://:${redis}@redis`,
  SECRETS: secrets,
}
const logins = {
  POSTGRES_PASSWORD: postgres,
  REDIS_PASSWORD: redis,
  RABBITMQ_PASSWORD: rabbitmq,
  S3_ACCESS_KEY: key,
  S3_SECRET_KEY: secret,
}
if (!(await create('rendition-parts', logins))) {
  process.stdout.write('the Secrets were there\n')
} else if (!(await create('rendition', urls))) {
  throw new Error(
    'a Secret `rendition` of before is there: its passwords are not those of these parts. Delete both.',
  )
}
