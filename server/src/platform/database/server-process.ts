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
  /** Overrides the choice between the two ways of tying the child to this process. */
  tie?: 'setpriv' | 'guard' | undefined
}

/**
 * Starts a program that ends, by SIGINT, when this process ends for whatever reason, kill -9 included. It gets a
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
  const { account } = options
  const drop =
    account === undefined
      ? []
      : [
          '--reuid',
          String(account.uid),
          '--regid',
          String(account.gid),
          '--clear-groups',
          ...passage(account),
        ]
  const command = ['/bin/sh', '-c', onlyBelowParent, String(process.pid), options.program, ...options.args]
  return spawn('setpriv', ['--pdeathsig', 'INT', ...drop, '--', ...command], spawnOptions(options, 'ignore'))
}

function passage(account: ServerAccount): string[] {
  return account.passage === undefined
    ? []
    : [`--inh-caps=${account.passage}`, `--ambient-caps=${account.passage}`]
}

/** fd 3 keeps the pipe, since a shell gives background commands /dev/null as stdin. */
const guard = `exec 3<&0
"$@" 3<&- &
child=$!
( read -r line <&3; kill -INT $child ) >/dev/null 2>&1 &
watch=$!
exec 3<&-
wait $child
code=$?
kill $watch 2>/dev/null
exit $code`

function launchByGuard(options: Launch): ChildProcess {
  const { account } = options
  const child = spawn('/bin/sh', ['-c', guard, 'guard', options.program, ...options.args], {
    ...spawnOptions(options, 'pipe'),
    ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
  })
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
