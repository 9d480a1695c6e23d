/**
 * The grammar of recipes, which the editor brings, is checked by zod. It would compile its checks, which the page's policy
 * forbids and reports; told beforehand, it does not try. Before anything that holds zod is loaded.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })
