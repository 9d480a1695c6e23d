import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SideResult } from './ingest-side.ts'

export const vipsInstalled =
  spawnSync('vips', ['--version'], { stdio: 'ignore' }).status === 0 &&
  spawnSync('vipsthumbnail', ['--help'], { stdio: 'ignore' }).status === 0

/** `vips-8.14.1` and the like. */
export function vipsVersion(): string {
  return spawnSync('vips', ['--version'], { encoding: 'utf8' }).stdout.trim()
}

/**
 * Runs command lines one after the other and tells what they used. The processor time is the shell's own account of
 * its children, exact to the millisecond; the memory is the largest high-water mark seen of any of them.
 */
async function account(commands: readonly string[]): Promise<SideResult> {
  const began = performance.now()
  const shell = spawn('bash', ['-c', `set -e\n${commands.join('\n')}\ntimes`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // As everywhere here: one thread a picture
    env: { ...process.env, VIPS_CONCURRENCY: '1' },
  })
  let said = ''
  shell.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  let peak = 0
  const watch = setInterval(() => {
    peak = Math.max(peak, childPeak(shell.pid ?? 0))
  }, 3)
  const code = await new Promise<number | null>((resolve) => shell.once('close', resolve))
  clearInterval(watch)
  if (code !== 0) throw new Error(`${commands.join('; ')} ended with ${code}`)
  // The second line is of the children: user and system, as 0m0.123s
  const times = [...(said.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)]
  const seconds = times.reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest), 0)
  return { cpuMs: seconds * 1000, wallMs: performance.now() - began, peak }
}

function childPeak(parent: number): number {
  try {
    const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ')
    return Math.max(...children.map((pid) => highWater(pid)))
  } catch {
    return 0
  }
}

function highWater(pid: string): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

const sides = [1920, 1024, 480]

/** `vipsthumbnail` from the photo for each size, as a script would. */
export function eachSize(photo: string, folder: string): Promise<SideResult> {
  const make = (size: string, more = '') =>
    `vipsthumbnail ${photo} --size '${size}' ${more} -o ${join(folder, 'each-%s.jpg')}[Q=80,strip]`
  return account([...sides.map((side) => make(`${side}x${side}>`)), make('150x150', '--smartcrop centre')])
}

/**
 * The least that libvips can do for the same files, by hand: one decode with the same shrink-on-load as sharp chooses,
 * each level from the one above over uncompressed files, one JPEG a level. Without what starting the processes cost,
 * which is measured with a picture of one pixel.
 */
export async function floor(
  photo: string,
  { width, height }: { width: number; height: number },
  folder: string,
): Promise<SideResult> {
  const at = (name: string) => join(folder, name)
  const [first = 0, ...others] = sides
  const scale = first / Math.max(width, height)
  const shrink = shrinkOnLoad(1 / scale)
  const commands = [
    `vips resize '${photo}[shrink=${shrink},access=sequential]' ${at(`${first}.v`)} ${scale * shrink}`,
  ]
  let above = first
  for (const side of others) {
    commands.push(`vips resize ${at(`${above}.v`)} ${at(`${side}.v`)} ${side / above}`)
    above = side
  }
  commands.push(`vipsthumbnail ${at(`${above}.v`)} --size 150x150 --smartcrop centre -o ${at('150.v')}`)
  for (const side of [...sides, 150])
    commands.push(`vips jpegsave ${at(`${side}.v`)} ${at(`${side}.jpg`)} --Q 80 --strip`)
  const whole = await account(commands)
  const empty = await account([
    `vips black ${at('dot.v')} 1 1`,
    ...commands.slice(1).map(() => `vips invert ${at('dot.v')} ${at('dot2.v')}`),
  ])
  return { cpuMs: whole.cpuMs - empty.cpuMs, wallMs: whole.wallMs - empty.wallMs, peak: whole.peak }
}

/** sharp's rule: the largest that leaves the rest of the scaling something to do. */
function shrinkOnLoad(factor: number): number {
  const found = factor >= 8 ? 8 : factor >= 4 ? 4 : factor >= 2 ? 2 : 1
  return found > 1 && Math.floor(factor) === found ? found / 2 : found
}
