// @module-tag slow/screens
import { join } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { german } from './german/german.ts'
import type { Texts } from './texts.ts'

const catalogue: Texts = german
const web = join(import.meta.dirname, '../..')

/**
 * The page by itself: tables of phrases are its own, and what it takes from packages but React may be anything here. The schemas
 * of the contract alone were two thirds of the time.
 */
function programOf(fileNames: readonly string[], options: ts.CompilerOptions): ts.Program {
  const host = ts.createCompilerHost(options)
  host.resolveModuleNameLiterals = (names, from, redirected, given) =>
    names.map(({ text }) =>
      /^\.|^react(\/|$)/.test(text)
        ? ts.resolveModuleName(text, from, given, host, undefined, redirected)
        : { resolvedModule: undefined },
    )
  return ts.createProgram(fileNames, options, host)
}

/** What is put into an element, or into an attribute that is no mark of the code's own. */
const isRead = (node: ts.Node): node is ts.JsxExpression =>
  ts.isJsxExpression(node) &&
  !(
    ts.isJsxAttribute(node.parent) &&
    /^(key|value|className|ref|on[A-Z].*|data-.*)$/.test(node.parent.name.getText())
  )

/** What else is put there, as calls and handlers, is not asked for its type: that would check what is inside of them, twice the time. */
const mayBeOfTable = (node: ts.Expression): boolean =>
  ts.isIdentifier(node) ||
  ts.isPropertyAccessExpression(node) ||
  ts.isElementAccessExpression(node) ||
  ts.isConditionalExpression(node) ||
  ts.isBinaryExpression(node)

/** A table of phrases that is shown without `t` compiles, and stays English: only its type tells it from a text that was spoken. */
it('shows no phrase of a table without speaking it', () => {
  const { config } = ts.readConfigFile(join(web, 'tsconfig.json'), ts.sys.readFile)
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, web)
  const program = programOf(fileNames, { ...options, noEmit: true, incremental: false })
  const checker = program.getTypeChecker()

  /** Words of the catalogue and nothing else; names of the API that are a word of it by chance are not among them: they begin small. */
  const isPhrase = (type: ts.Type): boolean => {
    const all = type.isUnion() ? type.types : [type]
    const texts = all.flatMap((one) => (one.isStringLiteral() ? [one.value] : []))
    const others = all.filter((one) => !one.isStringLiteral() && (one.flags & ts.TypeFlags.Undefined) === 0)
    return (
      texts.length > 0 &&
      others.length === 0 &&
      texts.every((text) => text in catalogue) &&
      texts.some((text) => /^\p{Lu}|\s|\|/u.test(text))
    )
  }
  /** Whether what takes the expression would take any string: a prop that wants a phrase speaks it itself. */
  const takesAny = (node: ts.Expression): boolean => {
    const wanted = checker.getContextualType(node)
    return wanted === undefined || !isPhrase(checker.getNonNullableType(wanted))
  }
  const unspoken: string[] = []
  for (const file of program.getSourceFiles()) {
    if (!file.fileName.startsWith(join(web, 'src')) || /\.test\.|ui\/catalogue/.test(file.fileName)) continue
    const see = (node: ts.Node): void => {
      const shown = ts.isTemplateSpan(node) || isRead(node) ? node.expression : undefined
      if (
        shown !== undefined &&
        mayBeOfTable(shown) &&
        isPhrase(checker.getTypeAtLocation(shown)) &&
        (ts.isTemplateSpan(node) || takesAny(shown))
      ) {
        const { line } = file.getLineAndCharacterOfPosition(shown.getStart())
        unspoken.push(`${file.fileName.slice(web.length + 1)}:${line + 1} ${shown.getText()}`)
      }
      ts.forEachChild(node, see)
    }
    see(file)
  }
  expect(unspoken).toEqual([])
})
