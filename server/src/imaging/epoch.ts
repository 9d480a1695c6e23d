/**
 * Part of the key of every rendition. Raise it by one whenever the same recipe gives other bytes worth making anew: a
 * new libvips or sharp, another default quality, a corrected operation. See `docs/adr/0006-engine-epoch.md`.
 */
export const ENGINE_EPOCH = 4
