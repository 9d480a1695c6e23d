import { type ChildProcess, execFileSync, type StdioOptions, spawn } from 'node:child_process'
import { isMainThread } from 'node:worker_threads'
import type { ServerAccount } from './server-account.ts'

export interface Launch {
  program: string
  args: readonly string[]
  environment: Record<string, string>
  account: ServerAccount | undefined
  cwd: string
  /** File descriptor that takes stdout and stderr. */
  output: number
  /** What the child gets when this process ends; INT when not given. */
  signal?: 'INT' | 'TERM' | 'KILL' | undefined
  /** Overrides the choice between the two ways of tying the child to this process. */
  tie?: 'setpriv' | 'guard' | undefined
}

/**
 * Starts a program that ends, by a signal, when this process ends for whatever reason, kill -9 included. It gets a
 * session of its own, since Ctrl-C in a terminal goes to the whole process group and the database must be the
 * last to go.
 *
 * With setpriv(1) the kernel itself delivers the signal (`PR_SET_PDEATHSIG`). That follows the thread that forked,
 * so off the main thread, and where there is no setpriv, a small shell stands by instead: it waits on a pipe that
 * only this process holds open.
 */
export function launch(options: Launch): ChildProcess {
  const tie = options.tie ?? (isMainThread && hasSetpriv() ? 'setpriv' : 'guard')
  return tie === 'setpriv' ? launchBySetpriv(options) : launchByGuard(options)
}

/** If this process died before setpriv had spoken, nobody would send the signal: so look who the parent is. */
const onlyBelowParent = '[ "$PPID" = "$0" ] || exit 1; exec "$@"'

function launchBySetpriv(options: Launch): ChildProcess {
  const drop = privilegesDropped(options.account)
  const command = ['/bin/sh', '-c', onlyBelowParent, String(process.pid), options.program, ...options.args]
  return spawn(
    'setpriv',
    ['--pdeathsig', options.signal ?? 'INT', ...drop, '--', ...command],
    spawnOptions(options, 'ignore'),
  )
}

/** Arguments of setpriv that turn root into the account. */
function privilegesDropped(account: ServerAccount | undefined): string[] {
  if (account === undefined) return []
  const { uid, gid, passage } = account
  const passing =
    passage === undefined
      ? []
      : [...passage.securebits, `--inh-caps=${passage.capability}`, `--ambient-caps=${passage.capability}`]
  return ['--reuid', String(uid), '--regid', String(gid), '--clear-groups', ...passing]
}

/** fd 3 keeps the pipe, since a shell gives background commands /dev/null as stdin. */
const guard = (signal: string) => `exec 3<&0
"$@" 3<&- &
child=$!
( read -r line <&3; kill -${signal} $child ) >/dev/null 2>&1 &
watch=$!
exec 3<&-
wait $child
code=$?
kill $watch 2>/dev/null
exit $code`

function launchByGuard(options: Launch): ChildProcess {
  const { account } = options
  const drop = account !== undefined && hasSetpriv() ? ['setpriv', ...privilegesDropped(account), '--'] : []
  if (account?.passage !== undefined && drop.length === 0) {
    throw new Error(
      'As root, with a data folder that only root may enter, setpriv(1) is needed. Install util-linux, or start ' +
        'Rendition as an ordinary user.',
    )
  }
  const child = spawn(
    '/bin/sh',
    ['-c', guard(options.signal ?? 'INT'), 'guard', ...drop, options.program, ...options.args],
    {
      ...spawnOptions(options, 'pipe'),
      ...(account === undefined || drop.length > 0 ? {} : { uid: account.uid, gid: account.gid }),
    },
  )
  child.stdin?.on('error', () => {})
  return child
}

function spawnOptions(options: Launch, input: 'ignore' | 'pipe') {
  const stdio: StdioOptions = [input, options.output, options.output]
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', ...options.environment }
  return { stdio, env, cwd: options.cwd, detached: true }
}

let setprivFound: boolean | undefined

function hasSetpriv(): boolean {
  if (setprivFound === undefined) {
    try {
      // Busybox has a setpriv that knows no --pdeathsig; only a real call tells.
      execFileSync('setpriv', ['--pdeathsig', 'INT', 'true'], { stdio: 'ignore' })
      setprivFound = true
    } catch {
      setprivFound = false
    }
  }
  return setprivFound
}
