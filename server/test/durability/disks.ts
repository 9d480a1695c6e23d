import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Disks whose power can be cut: ext4 in image files, seen only by the processes that `within` starts. */
export interface Disks {
  /** Where the disks are mounted, each under its name. */
  readonly mountPoint: string
  /** Put before a command: it mounts the disks for that command and what it starts, and then becomes it. */
  readonly within: readonly string[]
  /**
   * Keeps what has reached the disks and forgets everything else. A file's bytes that wait in the page cache of a
   * mounted file system are not in the image yet, so a copy of the image is what a cut of power would have left.
   * Nobody may write meanwhile, and before the next start everybody who has the disks mounted must be gone.
   */
  cutPower(): Promise<void>
  remove(): Promise<void>
}

/**
 * The mounts live in a namespace of their own and go with its last process, however that ends. Metadata is
 * committed by fsync alone (`commit=300`), and each disk has a journal of its own: what syncs one saves nothing on another.
 */
export async function createDisks(names: readonly string[]): Promise<Disks> {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-disks-'))
  const mountPoint = join(folder, 'mounted')
  const image = (name: string) => join(folder, `${name}.ext4`)
  for (const name of names) {
    await mkdir(join(mountPoint, name), { recursive: true })
    await run('truncate', ['--size', '512M', image(name)])
    await run('mkfs.ext4', ['-q', '-F', '-E', 'lazy_itable_init=1', '-O', '^resize_inode', image(name)])
  }
  const script = `set -e; folder=$1; shift
for name in ${names.join(' ')}; do
  mount -o loop,commit=300,noatime "$folder/$name.ext4" "$folder/mounted/$name"
  rmdir "$folder/mounted/$name/lost+found" 2>/dev/null || true
done
exec "$@"`
  return {
    mountPoint,
    within: ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', folder],
    async cutPower() {
      for (const name of names) {
        // `cp` leaves out the holes: the images are of half a gigabyte, and almost nothing is on them.
        await run('cp', [image(name), join(folder, `${name}.copy`)])
        await rename(join(folder, `${name}.copy`), image(name))
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Why this machine cannot do it, or undefined. */
export async function disksMissing(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'needs Linux'
  if (process.getuid?.() !== 0) return 'needs root, to mount disk images'
  try {
    const disks = await createDisks(['probe'])
    const [program = '', ...args] = disks.within
    await run(program, [...args, 'true']).finally(disks.remove)
    return undefined
  } catch {
    return 'needs loop devices, mkfs.ext4 and unshare'
  }
}
