import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCatalogue } from '@rendition/contract'
import { parameterControls } from '@rendition/contract/controls'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { groupsOf } from '../console/urls/parameter-groups.ts'
import { german } from './german/german.ts'
import type { Texts } from './texts.ts'

const root = join(import.meta.dirname, '..')
const catalogue: Texts = german
/** Names, units and words that German has taken over. */
const sameInBoth: readonly string[] = [
  'Album',
  'Cache',
  'Details',
  'Export',
  'Filter',
  'Import',
  'Name',
  'Original',
  'Uploads',
  'Redis',
  'Version',
  'Webhooks',
  'Gamma',
  'Sepia',
  'Looks',
  'Text',
  'Version {version}',
  'auto',
  'Bytes',
  'Format',
  'Version',
  'in {time}',
  'Links',
  'Webhook',
]
/** What the contract says, and the page shows: an error's title, what a parameter does. */
const ofContract = [
  ...Object.values(errorCatalogue).map(({ title }) => title),
  // Those that the URL builder offers; the others are the service's own business.
  ...groupsOf(parameterControls).flatMap(({ controls }) => controls.flatMap(({ about }) => about ?? [])),
]

/** What stands in an attribute and is read by somebody. */
const readAttributes =
  /^(aria-(label|description|valuetext)|alt|title|placeholder|label|(codeH|h)int|intro|about|note|action|question|term|what)$/
/** All but the name of the software, addresses and the names of headers. */
const hasWords = (text: string): boolean =>
  /\p{L}{2}/u.test(text) && !/^(Rendition$|https:|webhook-id$)/.test(text.trim())
const holesOf = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()
const formsOf = (text: string): string[] => {
  const entry = catalogue[text] ?? ''
  return typeof entry === 'string' ? [entry] : Object.values(entry)
}

async function sources(folder: string, kind: RegExp): Promise<{ path: string; tree: ts.SourceFile }[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => kind.test(name))
  return Promise.all(
    names.sort().map(async (path) => {
      const text = await readFile(join(folder, path), 'utf8')
      return { path, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) }
    }),
  )
}

const everywhere = await sources(root, /(?<!\.test|\.d)\.tsx?$/)
const pages = everywhere.filter(({ path }) => !/^languages\/|^ui\/catalogue/.test(path))

/** Calls `see` for each node, with what it stands in. */
function walk(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node)
  ts.forEachChild(node, (child) => walk(child, see))
}

const place = (path: string, node: ts.Node): string =>
  `${path}:${node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1}`

it('has every text in one file of the catalogue, and each of them is used', async () => {
  const keys: string[] = []
  for (const { tree } of await sources(join(root, 'languages/german'), /\.ts$/)) {
    walk(tree, (node) => {
      if (!ts.isPropertyAssignment(node) || !ts.isObjectLiteralExpression(node.parent)) return
      if (ts.isIdentifier(node.name) || ts.isStringLiteralLike(node.name)) {
        if (!ts.isPropertyAssignment(node.parent.parent)) keys.push(node.name.text)
      }
    })
  }
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([])
  expect(new Set(keys)).toEqual(new Set(Object.keys(catalogue)))

  const used = new Set<string>(ofContract)
  for (const { tree } of [...pages, ...everywhere.filter(({ path }) => path.startsWith('languages/'))]) {
    if (tree.fileName.startsWith('languages/german')) continue
    walk(tree, (node) => {
      if (ts.isStringLiteralLike(node)) used.add(node.text)
    })
  }
  expect(keys.filter((key) => !used.has(key))).toEqual([])
  expect(ofContract.filter((text) => !(text in catalogue))).toEqual([])
})

it('fills the same holes in both languages, has both numbers, and repeats no English', () => {
  const faults = Object.entries(catalogue).flatMap(([text, entry]) => [
    ...formsOf(text)
      .filter((german) => holesOf(german).join() !== holesOf(text).join())
      // "Ein Foto" may do without the number.
      .filter((german) => typeof entry === 'string' || german !== entry.one)
      .map((german) => `${text} → ${german}: other holes`),
    ...(typeof entry !== 'string' && Object.keys(entry).sort().join() !== 'one,other'
      ? [`${text}: ${Object.keys(entry)}`]
      : []),
    ...(formsOf(text).includes(text.slice(text.indexOf('|') + 1)) && !sameInBoth.includes(text)
      ? [`${text}: is no German`]
      : []),
  ])
  expect(faults).toEqual([])
  expect(sameInBoth.filter((text) => !formsOf(text).includes(text.slice(text.indexOf('|') + 1)))).toEqual([])
})

it('speaks every word of the page through the catalogue', () => {
  const bare: string[] = []
  for (const { path, tree } of pages) {
    walk(tree, (node) => {
      if (ts.isJsxText(node) && hasWords(node.text) && !isCode(node.parent))
        bare.push(`${place(path, node)} ${node.text.trim()}`)
      if (!ts.isStringLiteralLike(node) && !ts.isTemplateExpression(node)) return
      const text = ts.isTemplateExpression(node)
        ? [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join(' ')
        : node.text
      if (isRead(node) && hasWords(text)) bare.push(`${place(path, node)} ${text}`)
    })
  }
  expect(bare).toEqual([])
})

const isCode = (node: ts.Node): boolean =>
  ts.isJsxElement(node) && node.openingElement.tagName.getText() === 'code'

/** Whether a literal is what an element or a read attribute shows, be it behind a condition. */
function isRead(literal: ts.Node): boolean {
  let node = literal
  while (
    (ts.isConditionalExpression(node.parent) && node !== node.parent.condition) ||
    ts.isParenthesizedExpression(node.parent) ||
    (ts.isBinaryExpression(node.parent) && /^(&&|\|\||\?\?)$/.test(node.parent.operatorToken.getText()))
  ) {
    node = node.parent
  }
  const { parent } = node
  if (ts.isJsxAttribute(parent)) return readAttributes.test(parent.name.getText())
  if (!ts.isJsxExpression(parent)) return false
  return ts.isJsxAttribute(parent.parent) ? readAttributes.test(parent.parent.name.getText()) : true
}

it('speaks when something is shown, not when a file is loaded: the language can change', () => {
  const early: string[] = []
  for (const { path, tree } of pages) {
    walk(tree, (node) => {
      if (!ts.isCallExpression(node) || !/^(t|plural|rich)$/.test(node.expression.getText())) return
      let around: ts.Node = node
      while (!ts.isSourceFile(around) && !ts.isFunctionLike(around)) around = around.parent
      if (ts.isSourceFile(around)) early.push(`${place(path, node)} ${node.getText()}`)
    })
  }
  expect(early).toEqual([])
})
