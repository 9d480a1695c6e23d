import { errorCatalogue } from '@rendition/contract'

/** The catalogue of errors as a page; `type` of every problem links to its row. */
export function errorPage(): string {
  const rows = Object.entries(errorCatalogue)
    .map(([code, { status, title }]) => `<tr id="${code}"><td><code>${code}</code><td>${status}<td>${title}.`)
    .join('\n')
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Errors – Rendition</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .8rem .4rem 0;border-bottom:1px solid #8884}
tr:target{background:#fc08}</style>
<h1>Errors</h1><p>Every failure is answered as <code>application/problem+json</code> with one of these codes.</p>
<table><thead><tr><th>Code<th>Status<th>Meaning</thead><tbody>
${rows}
</tbody></table></html>`
}
