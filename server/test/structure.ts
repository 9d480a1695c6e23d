import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One source file as the rules see it. */
export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  path: string
  text: string
}

const roots = [
  'contract/src',
  'server/src',
  'server/test',
  'client/src',
  'web/src',
  'acceptance/src',
  'bench',
  'scripts',
]

/** Words that say nothing about what is inside. */
const emptyNames = /(^|[-.])(utils?|helpers?|common|managers?|base|misc|stuff)([-.]|$)/
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|contract|built|faults|d))?\.tsx?$/
/** File names TanStack and React tools fix; everything else is kebab-case. */
const lineLimit = (path: string): number =>
  /\.(test|contract)\.tsx?$|^server\/test\/|\/testing\//.test(path) ? 500 : 300

/** Who reads the environment: the entry, the command line, and code that is no part of the product. */
const readsEnvironment = /^server\/src\/(main\.ts|cli\/)|^acceptance\/|^bench\/|^scripts\//

/**
 * Who speaks to addresses the operator named (and `auth` to its own other process, for its public keys). What users
 * name goes through `platform/http/outbound`.
 */
const speaksOutside =
  /^server\/src\/(platform\/|gateway\/|notify\/|cli\/|auth\/verify\/key-sources\.ts)|^(client|web|acceptance|bench|scripts)\//

/** Where a room keeps the SQL of its tables. Platform's database only carries it. */
const holdsSql = /^server\/src\/(platform\/database\/|[^/]+\/([^/]+\/)?store(\/|\.ts$))/
const sql =
  /\.query(<[^\n]*>)?\(|(['"`])\s*(select [^'"`]* from|insert into|update \w+ (\w+ )?set|delete from|with \w+ as \()\s/

interface Rule {
  name: string
  /** Why the file breaks the rule, or null. */
  judge(file: SourceFile): string | null
}

const isTest = (path: string): boolean => /\.(test|contract)\.tsx?$|\/testing\/|^server\/test\//.test(path)

/** Comments speak about forbidden things without doing them. */
const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')

export const rules: readonly Rule[] = [
  {
    name: 'file length',
    judge: ({ path, text }) => {
      const lines = text.split('\n').length - 1
      return lines > lineLimit(path) ? `${lines} lines, the limit is ${lineLimit(path)}` : null
    },
  },
  {
    name: 'names say what is inside',
    judge: ({ path }) => {
      const parts = path.split('/')
      const empty = parts.find((part) => emptyNames.test(part))
      if (empty) return `${empty} says nothing`
      return kebab.test(parts.at(-1) ?? '') ? null : 'a file name is kebab-case'
    },
  },
  {
    name: 'folders are shallow',
    judge: ({ path }) => {
      const limit = path.startsWith('server/src/platform/') ? 6 : 5
      return path.split('/').length > limit ? 'a room has files and one level of topics' : null
    },
  },
  {
    name: 'the environment is read at the entry',
    judge: ({ path, text }) =>
      !readsEnvironment.test(path) && !isTest(path) && /process\.(env|exit\b)/.test(withoutComments(text))
        ? 'process.env and process.exit belong to main.ts and cli/'
        : null,
  },
  {
    name: 'nothing calls out on its own',
    judge: ({ path, text }) =>
      !speaksOutside.test(path) && !isTest(path) && /(?<![.\w])fetch\(/.test(withoutComments(text))
        ? 'requests to other machines go through platform/http/outbound'
        : null,
  },
  {
    name: 'what logs is called log',
    judge: ({ path, text }) =>
      path.startsWith('server/src/') &&
      !/^server\/src\/platform\/(telemetry\/|database\/migrate\.ts)/.test(path) &&
      /(?<![/\w])logger\b(?!\.ts)(?!: false)/.test(withoutComments(text))
        ? 'the value is log, its type Logger'
        : null,
  },
  {
    name: 'advisory locks stand in the register',
    judge: ({ path, text }) =>
      path !== 'server/src/platform/database/locks.ts' &&
      !/\/(migrating-processes|structure)(\.test)?\.ts$/.test(path) &&
      /pg_(try_)?advisory/.test(withoutComments(text))
        ? 'a lock is named in platform/database/locks.ts'
        : null,
  },
  {
    name: 'SQL lies in the store of its room',
    judge: ({ path, text }) =>
      path.startsWith('server/src/') &&
      !holdsSql.test(path) &&
      !isTest(path) &&
      sql.test(withoutComments(text))
        ? 'a statement belongs to store/ or store.ts'
        : null,
  },
]

/** Every TypeScript file of ours below `root`. */
export async function sourceFiles(root: string): Promise<SourceFile[]> {
  const files: SourceFile[] = []
  for (const folder of roots) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(
      () => [],
    )
    for (const entry of entries) {
      if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue
      const absolute = join(entry.parentPath, entry.name)
      const path = absolute.slice(root.length + 1).replaceAll('\\', '/')
      if (/(^|\/)(node_modules|dist)\//.test(path)) continue
      files.push({ path, text: await readFile(absolute, 'utf8') })
    }
  }
  return files
}

/** All breaches, as `path: why`. */
export function breaches(files: readonly SourceFile[], rule: Rule): string[] {
  return files.flatMap((file) => {
    const why = rule.judge(file)
    return why === null ? [] : [`${file.path}: ${why}`]
  })
}
