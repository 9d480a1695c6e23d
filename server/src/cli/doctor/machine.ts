import { spawnSync } from 'node:child_process'
import { access, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { isWildcard, portOf } from '../../roles/address.ts'
import type { Config } from '../../roles/config.ts'
import { paths } from '../paths.ts'
import { type Check, Note } from './check.ts'

const gibibyte = 2 ** 30

/** What the machine and the installation bring. */
export function machineChecks(config: Config): Check[] {
  return [
    {
      name: 'Node',
      advice: 'Install Node 20.19 or newer.',
      async look() {
        const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
        if (major < 20 || (major === 20 && minor < 19))
          throw new Error(`version ${process.versions.node} is too old`)
        return process.versions.node
      },
    },
    {
      name: 'passwords',
      advice: 'Set PASSWORD_LENGTH=8 or more where strangers reach the service.',
      async look() {
        const { passwordLength } = config.auth
        const text = `at least ${passwordLength} characters`
        if (config.server.publicUrl !== undefined && passwordLength < 8) throw new Note(text)
        return text
      },
    },
    {
      name: 'public address',
      advice: 'Set PUBLIC_URL to the address that people use, https://… with TLS in front.',
      async look() {
        const { publicUrl, trustProxy, host } = config.server
        if (publicUrl !== undefined) return publicUrl
        if (trustProxy !== false)
          throw new Note('TRUST_PROXY names a proxy in front, but PUBLIC_URL is not set')
        if (isWildcard(host))
          throw new Note('others can reach this, but webhooks and events name this machine')
        return 'this machine alone'
      },
    },
    {
      name: 'memory',
      advice: 'Set RENDER_PROCESSES and RENDER_MEMORY_MB lower, or give it more.',
      async look() {
        const total = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)
        const processes = config.rendering.processes || availableParallelism()
        const text = `${(total / gibibyte).toFixed(1)} GiB, ${processes} render process${processes === 1 ? '' : 'es'}`
        const needed = processes * config.rendering.memoryMb * 2 ** 20
        if (needed > total) throw new Note(`${text} of up to ${config.rendering.memoryMb} MiB each`)
        return text
      },
    },
    {
      name: 'util-linux',
      advice: 'Install util-linux: flock locks the data folder, setpriv ends children with the service.',
      async look() {
        if (process.platform !== 'linux') return 'not needed here'
        const missing = ['flock', 'setpriv'].filter(
          (tool) => spawnSync(tool, ['--version']).error !== undefined,
        )
        if (missing.length > 0) throw new Error(`${missing.join(' and ')} not found`)
        return 'flock and setpriv are there'
      },
    },
    {
      name: 'installation',
      advice: 'Build it: npm run build.',
      async look() {
        await access(join(paths.webRoot, 'index.html')).catch(() => {
          throw new Error('the web app is not built')
        })
        JSON.parse(await readFile(paths.openApiFile, 'utf8'))
        return 'the web app and the API description are there'
      },
    },
    {
      name: 'address',
      advice: 'Choose another PORT, or stop what listens there.',
      async look() {
        const { host } = config.server
        const port = await portOf(config.server)
        const taken = await listenError(host, port)
        if (taken === 'EADDRINUSE')
          throw new Note(`${host}:${port} is in use, perhaps by the running service`)
        if (taken !== null) throw new Error(`cannot listen on ${host}:${port} (${taken})`)
        return `${host}:${port} is free`
      },
    },
  ]
}

function listenError(host: string, port: number): Promise<string | null> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(port, host, () => server.close(() => resolve(null)))
  })
}
