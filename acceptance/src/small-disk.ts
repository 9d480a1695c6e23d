import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Why no disk of a few megabytes can be had here, undefined when it can: by root alone, and not in every container. */
export const smallDiskMissing: string | undefined = canMount() ? undefined : 'tmpfs cannot be mounted'

function canMount(): boolean {
  if (process.getuid?.() !== 0) return false
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export interface SmallDisk {
  /** Mount options, as `size=64m` or `ro`. */
  remount(options: string): Promise<void>
  unmount(): Promise<void>
}

/** Mounts a disk in memory over a folder; `options` as `size=2m,nr_inodes=30`. */
export async function mountSmallDisk(folder: string, options: string): Promise<SmallDisk> {
  await run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder])
  return {
    remount: async (changed) => void (await run('mount', ['-o', `remount,${changed}`, folder])),
    // Lazily: a process that is being ended may still hold a file.
    unmount: async () => void (await run('umount', ['-l', folder]).catch(() => {})),
  }
}
