import { readFile } from 'node:fs/promises'
import type { ReceiptClaims } from '@rendition/contract'
import { type ReceiptKeys, receiptKeysSchema, verifyReceipt } from '../receipts/index.ts'
import { type Command, UsageError } from './command.ts'

/** A receipt of a large account is half a megabyte. */
const mostBytes = 16 * 1024 ** 2
const timeoutMs = 10_000

export const verifyReceiptCommand: Command = {
  name: 'verify-receipt',
  summary: 'Judges a receipt of what was erased, and says what it says.',
  takes: 'FILE',
  options: {
    keys: {
      value: 'FILE|URL',
      description:
        'The public keys: a file, or the address of an installation (https://images.example.com). As they were kept, or at its /.well-known/receipt-keys.json.',
    },
    json: { description: 'Print what it says as JSON.' },
  },
  examples: [
    'rendition verify-receipt receipt.jws --keys receipt-keys.json',
    'rendition verify-receipt receipt.jws --keys https://images.example.com',
  ],
  async run({ files, values, terminal }) {
    const [path, ...more] = files
    if (path === undefined || more.length > 0) throw new UsageError('which receipt? One file at a time')
    if (typeof values.keys !== 'string')
      throw new UsageError('--keys is needed: whose signature is it to be?')
    const claims = verifyReceipt(await readText(path), await readKeys(values.keys))
    if (values.json === true) terminal.out(JSON.stringify(claims, null, 2))
    else for (const line of told(claims)) terminal.out(line)
    return 0
  },
}

async function readText(path: string): Promise<string> {
  const bytes = await readFile(path)
  if (bytes.length > mostBytes) throw new Error(`${path} is too large for a receipt.`)
  return bytes.toString('utf8')
}

async function readKeys(from: string): Promise<ReceiptKeys> {
  const text = /^https?:\/\//.test(from) ? await fetchKeys(from) : await readText(from)
  try {
    return receiptKeysSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new Error(`${from} holds no public keys of receipts.`, { cause })
  }
}

async function fetchKeys(from: string): Promise<string> {
  const url = new URL(from)
  if (url.pathname === '/') url.pathname = '/.well-known/receipt-keys.json'
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
    if (!answer.ok) throw new Error(`it answers ${answer.status}`)
    return await answer.text()
  } catch (cause) {
    throw new Error(`The keys could not be fetched from ${url.href}.`, { cause })
  }
}

function told({ iss, sub, kind, requestedAt, goneAt, destroyed, mayRemain }: ReceiptClaims): string[] {
  const { images, originals, versions, levels, cached, madeByJobs, results, account } = destroyed
  return [
    'The signature is good.',
    '',
    `${iss} says: the ${kind} ${sub} is gone, asked for at ${requestedAt}, seen to be gone at ${goneAt}.`,
    `  images            ${images}`,
    `  originals         ${originals.count}, ${originals.bytes} bytes`,
    ...originals.listed.slice(0, 10).map(({ image, sha256 }) => `    ${image} sha256 ${sha256}`),
    ...(originals.count > 10 ? [`    and ${originals.count - 10} more: --json lists up to 1,000`] : []),
    `  versions          ${versions}`,
    `  levels, presets   ${levels.count}, ${levels.bytes} bytes`,
    `  cached            ${cached.count}, ${cached.bytes} bytes`,
    `  made by jobs      ${madeByJobs.count}, ${madeByJobs.bytes} bytes`,
    `  kept results      ${results}`,
    ...Object.entries(account ?? {}).map(([name, count]) => `  ${name.padEnd(18)}${count}`),
    '',
    'What may remain:',
    ...mayRemain.map(
      ({ where, until, note }) => `  ${where}${until === null ? '' : ` until ${until}`}: ${note}`,
    ),
  ]
}
