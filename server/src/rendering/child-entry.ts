/** The module that runs in a render process: TypeScript where the sources run, JavaScript where they are built. */
export const childEntry = new URL(`./child.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)
