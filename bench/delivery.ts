/**
 * Delivery beside its peers, in one run. Build first (`npm run build`).
 * node --import tsx bench/delivery.ts [hot|cold|overload|sendfile|all] [--photo file.jpg] [--seconds 6] [--rounds 3] [--requests 24] [--seed 7]
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { measureCold } from './delivery-cold.ts'
import { measureHot } from './delivery-hot.ts'
import { measureOverload } from './delivery-overload.ts'
import { measureSendfile } from './delivery-sendfile.ts'
import { pinning } from './processes.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    photo: { type: 'string' },
    seconds: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '3' },
    requests: { type: 'string', default: '24' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
const part = positionals[0] ?? 'all'
if (!['hot', 'cold', 'overload', 'sendfile', 'all'].includes(part)) throw new Error(`no such part: ${part}`)
const folder = await mkdtemp(join(tmpdir(), 'rendition-bench-'))

/** 24 megapixels with fine and coarse structure, where no photograph was given. */
async function photograph(): Promise<Buffer> {
  if (values.photo !== undefined) return readFile(values.photo)
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 }
  const coarse = sharp({ create: { width: 300, height: 200, channels: 3, background: 'grey', noise } })
  const large = await coarse.png().toBuffer()
  return sharp(large).resize(6000, 4000, { kernel: 'cubic' }).jpeg({ quality: 90 }).toBuffer()
}

try {
  console.log(
    `Node ${process.version}, ${availableParallelism()} cores, cores ${pinning ? '' : 'not '}pinned`,
  )
  const photo = await photograph()
  const wants = (name: string): boolean => part === name || part === 'all'
  if (wants('hot')) {
    await measureHot(photo, { folder, seconds: Number(values.seconds), rounds: Number(values.rounds) })
  }
  if (wants('cold')) {
    await measureCold(photo, { folder, requests: Number(values.requests), seed: Number(values.seed) })
  }
  if (wants('sendfile')) {
    await measureSendfile(photo, { folder, seconds: Number(values.seconds), rounds: Number(values.rounds) })
  }
  if (wants('overload')) await measureOverload(photo, { folder })
} finally {
  await rm(folder, { recursive: true, force: true })
}
