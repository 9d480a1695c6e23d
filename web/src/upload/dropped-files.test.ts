import { expect, it } from 'vitest'
import { filesOfDrop, filesOfFolderChoice } from './dropped-files.ts'

const file = (fullPath: string, readable = true) => ({
  name: fullPath.split('/').at(-1) ?? '',
  fullPath,
  isFile: true,
  isDirectory: false,
  file: (done: (file: File) => void, fail: (error: Error) => void) =>
    readable ? done(new File([], fullPath)) : fail(new Error('NotReadableError')),
})

/** A folder that gives its entries in parts, and fails behind the last where it is told to. */
function folder(fullPath: string, parts: readonly object[][], fails = false) {
  const left = [...parts]
  const readEntries = (done: (entries: object[]) => void, fail: (error: Error) => void) => {
    const part = left.shift()
    if (part !== undefined) done(part)
    else if (fails) fail(new Error('NotFoundError'))
    else done([])
  }
  return {
    name: fullPath.split('/').at(-1) ?? '',
    fullPath,
    isFile: false,
    isDirectory: true,
    createReader: () => ({ readEntries }),
  }
}

const dropOf = (entries: readonly object[]) =>
  ({
    items: entries.map((entry) => ({ kind: 'file', webkitGetAsEntry: () => entry })),
    files: [],
  }) as unknown as Pick<DataTransfer, 'items' | 'files'>

it('takes the rest of a drop where something of it cannot be read, and counts that', async () => {
  const { files, unread } = await filesOfDrop(
    dropOf([
      file('/one.jpg'),
      file('/locked.jpg', false),
      folder('/sea', [[file('/sea/two.jpg'), file('/sea/.DS_Store')], [file('/sea/three.jpg')]]),
      folder('/gone', [[file('/gone/four.jpg'), file('/gone/locked.jpg', false)]], true),
    ]),
  )
  expect(files.map(({ path }) => path)).toEqual(['one.jpg', 'sea/two.jpg', 'sea/three.jpg', 'gone/four.jpg'])
  expect(unread).toBe(3)
})

it('takes a chosen folder with its paths, without what is hidden in it', () => {
  const chosen = ['trip/one.jpg', 'trip/.DS_Store', 'trip/.thumbs/two.jpg', 'trip/day 2/three.jpg'].map(
    (path) =>
      Object.defineProperty(new File([], path.split('/').at(-1) ?? ''), 'webkitRelativePath', {
        value: path,
      }),
  )
  expect(filesOfFolderChoice(chosen).map(({ path }) => path)).toEqual([
    'trip/one.jpg',
    'trip/day 2/three.jpg',
  ])
})
