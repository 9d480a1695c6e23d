import { errorCatalogue } from '../contract/src/errors.ts'
import { version } from '../server/src/cli/paths.ts'
import { loadConfig, type Variable, variablesOf } from '../server/src/platform/config/load.ts'
import { type Config, configSchema } from '../server/src/roles/config.ts'
import { describeApi } from '../server/src/roles/openapi.ts'

/** The documents that are derived from the code, by path. */
export async function generatedDocs(): Promise<Record<string, string>> {
  const config = loadConfig(configSchema, {}, () => '')
  return {
    'docs/openapi.json': `${JSON.stringify(await describeApi(version, config), null, 2)}\n`,
    'docs/config.md': configReference(),
    'docs/errors.md': errorReference(),
  }
}

const generated = '<!-- Derived from the code by `npm run docs`. -->'

const headings: Readonly<Record<keyof Config, string>> = {
  server: 'The process',
  parts: 'Parts',
  upstreams: 'Other processes',
  limits: 'Limits of pictures',
  requestLimits: 'Limits of requests',
  auth: 'Accounts',
  images: 'Images',
  jobs: 'Jobs',
  worker: 'Workers',
  rendering: 'Rendering',
  delivery: 'Delivery',
  notify: 'Events and webhooks',
  receipts: 'Receipts',
}

function configReference(): string {
  const slices = groupByRoom(variablesOf(configSchema))
  const sections = Object.entries(headings).map(([slice, heading]) =>
    [
      `## ${heading}`,
      '',
      '| variable | default | what it does |',
      '|---|---|---|',
      ...(slices.get(slice) ?? []).map(
        ({ name, default: value, description }) =>
          `| \`${name}\` | ${value === undefined ? '' : written(value)} | ${cell(description)} |`,
      ),
    ].join('\n'),
  )
  return `${[
    '# Configuration',
    '',
    generated,
    '',
    'Everything is set by environment variables; an empty one counts as unset. A `.env` in the working folder adds to them, and what',
    'the environment itself sets wins. The whole configuration is checked before',
    'anything starts, and all faults are named at once. Every variable may be given as a file instead: `NAME_FILE` holds',
    'the path of a file with the value, which keeps secrets out of the environment.',
    '',
    ...sections.flatMap((section) => [section, '']),
  ].join('\n')}`
}

function groupByRoom(variables: readonly Variable[]): Map<string, Variable[]> {
  const groups = new Map<string, Variable[]>()
  for (const variable of variables) {
    const slice = variable.path[0] ?? ''
    groups.set(slice, [...(groups.get(slice) ?? []), variable])
  }
  return groups
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** A list as it would be written; the presets are a page of JSON and only begin here. */
function written(value: string): string {
  const list = value.startsWith('[') ? (JSON.parse(value) as unknown[]).join(',') : value
  if (list === '') return ''
  return `\`${list.length > 120 ? `${list.slice(0, 100)}…` : list}\``
}

function errorReference(): string {
  return `${[
    '# Errors',
    '',
    generated,
    '',
    'Every failure is answered as `application/problem+json` (RFC 9457) with one of these codes in `code`, the request id in',
    '`instance`, and for bad input the path of each fault in `errors`.',
    '',
    '| code | status | meaning |',
    '|---|---|---|',
    ...Object.entries(errorCatalogue).map(
      ([code, { status, title }]) => `| <a id="${code}"></a>\`${code}\` | ${status} | ${title}. |`,
    ),
    '',
  ].join('\n')}`
}
