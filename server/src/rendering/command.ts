import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ownFolder } from '../platform/own-folder.ts'

/** How a render process is started. */
export interface Command {
  execPath: string
  execArgv: string[]
  modulePath: string
  args: string[]
  env: Record<string, string>
}

/**
 * `setpriv` of util-linux asks the kernel to kill the process when its parent dies, which holds even when the
 * process is inside native or WebAssembly code and reads no message. Busybox has a `setpriv` without that option.
 */
let setpriv: string | null | undefined
export function findSetpriv(): string | null {
  if (setpriv === undefined) {
    const tried = process.platform === 'linux' ? ['/usr/bin/setpriv', '/bin/setpriv'] : []
    const works = (path: string): boolean =>
      spawnSync(path, ['--pdeathsig', 'KILL', '--', process.execPath, '-e', '0'], { timeout: 5_000 })
        .status === 0
    setpriv = tried.find(works) ?? null
  }
  return setpriv
}

/** The built entry is JavaScript; under a test runner it is TypeScript, which Node 20 needs a loader for. */
function loaderArguments(entry: string): string[] {
  return entry.endsWith('.ts') ? ['--conditions=source', '--import', import.meta.resolve('tsx')] : []
}

/**
 * @param entry the module to run, as a URL.
 * @param environment further variables for the process. It inherits none: it needs no secret and gets none.
 */
export function renderCommand(
  entry: URL,
  environment: Readonly<Record<string, string>>,
  findGuard: () => string | null = findSetpriv,
): Command {
  const modulePath = fileURLToPath(entry)
  const node = loaderArguments(modulePath)
  const env = {
    // glibc gives every thread its own arena and hardly gives memory back: two arenas save 50 MiB under load.
    MALLOC_ARENA_MAX: '2',
    // One render at a time uses one pool thread; a second lets a header be read or a file be written meanwhile.
    UV_THREADPOOL_SIZE: '2',
    // One core a process: as many pictures at once as there are cores is the best throughput.
    VIPS_CONCURRENCY: '1',
    // Watermarks are drawn with the project's fonts alone, not with whatever this machine has installed.
    FONTCONFIG_FILE: join(ownFolder, 'fonts/fonts.conf'),
    ...environment,
  }
  const guard = findGuard()
  if (guard === null) {
    return { execPath: process.execPath, execArgv: node, modulePath, args: ['--watch-parent'], env }
  }
  const execArgv = ['--pdeathsig', 'KILL', '--', process.execPath, ...node]
  return { execPath: guard, execArgv, modulePath, args: [], env }
}
