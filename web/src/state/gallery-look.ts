import { useSyncExternalStore } from 'react'

export const densities = ['dense', 'normal', 'large'] as const

/** How the gallery of this browser looks, whoever is signed in. */
export interface GalleryLook {
  density: (typeof densities)[number]
  /** Names under the pictures, not only while one points at them. */
  names: boolean
}

const storageKey = 'rendition.gallery'
const usual: GalleryLook = { density: 'normal', names: false }

/** What was kept, of which anything may have become. */
export function readLook(kept: string | null): GalleryLook {
  try {
    const { density, names } = JSON.parse(kept ?? '{}') as Partial<Record<keyof GalleryLook, unknown>>
    return {
      density: densities.find((value) => value === density) ?? usual.density,
      names: names === true,
    }
  } catch {
    return usual
  }
}

const listeners = new Set<() => void>()
let look: GalleryLook | null = null
/** Storage may be closed to us; then the look lasts as long as the page. */
const stored = (): string | null => {
  try {
    return localStorage.getItem(storageKey)
  } catch {
    return null
  }
}
const current = (): GalleryLook => {
  look ??= readLook(stored())
  return look
}

export function changeLook(part: Partial<GalleryLook>): void {
  look = { ...current(), ...part }
  try {
    localStorage.setItem(storageKey, JSON.stringify(look))
  } catch {
    // As above.
  }
  for (const listener of listeners) listener()
}

export function useGalleryLook(): GalleryLook {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, current)
}
