declare const brand: unique symbol

/** A storage key: lower-case path segments of `[a-z0-9._-]`, never starting with a dot, at most 512 bytes. */
export type StorageKey = string & { readonly [brand]: true }

const segment = /^[a-z0-9_-][a-z0-9._-]*$/

/** Refuses anything that could leave the tree or mean two places; the only way to make a StorageKey. */
export function storageKey(...segments: readonly string[]): StorageKey {
  const key = segments.join('/')
  if (key.length > 512 || !key.split('/').every((part) => segment.test(part))) {
    throw new Error(`not a storage key: ${JSON.stringify(key)}`)
  }
  return key as StorageKey
}

export const originalKey = (imageId: string, version: number): StorageKey =>
  version === 1
    ? storageKey('images', imageId, 'original')
    : storageKey('images', imageId, `original-${version}`)
export const renditionKey = (imageId: string, key: string): StorageKey =>
  storageKey('images', imageId, 'renditions', key)
export const imagePrefix = (imageId: string): string => `images/${imageId}/`
/** What an archive tells of its pictures. */
export const exportKey = (exportId: string, name: string): StorageKey => storageKey('exports', exportId, name)
export const exportPrefix = (exportId: string): string => `exports/${exportId}/`
