/**
 * Stored recipes are brought to the current version when read. Version 1 is the first, so there is nothing to do
 * yet; version 2 adds `if (value.v === 1) value = fromVersion1(value)` here and a fixture of version 1 to the tests.
 */
export function upcast(value: unknown): unknown {
  return value
}
