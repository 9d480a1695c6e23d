import type { Image } from '@rendition/contract'
import type { Operation } from '@rendition/contract/recipe'
import { useMemo, useRef, useState } from 'react'
import { t } from '../languages/translate.ts'
import { staysInPlace } from '../painting/passes.ts'
import { type Size, sizeBehind } from '../painting/sizes.ts'
import { pictureSource } from '../pictures/picture-source.ts'
import { type EditHistory, useHistoryActs } from '../state/use-edit.ts'
import { AddressBar } from './address-bar.tsx'
import { EditorBar } from './editor-bar.tsx'
import { lyingSize, operationsOfFrame, readFrame } from './model/frame.ts'
import { type RatioName, ratioOf } from './model/ratios.ts'
import { regionsOf } from './model/regions.ts'
import { operationsOf } from './model/steps.ts'
import { OvertakenNote } from './overtaken-note.tsx'
import { type Mode, Panels } from './panels/panels.tsx'
import { Stage } from './stage.tsx'
import { useAddress } from './use-address.ts'
import { useEditorKeys } from './use-editor-keys.ts'
import { usePreview } from './use-preview.ts'
import { useSession } from './use-session.ts'

interface EditorProps {
  image: Image
  history: EditHistory
  onClose: () => void
}

/** A picture, what is done to it, and everything to change that. */
export function Editor({ image, history, onClose }: EditorProps) {
  const edit = useSession(image.id, history)
  const acts = useHistoryActs(image.id)
  const [mode, setMode] = useState<Mode>('crop')
  const [ratio, setRatio] = useState<RatioName>('Free')
  const [region, setRegion] = useState<number | null>(null)
  const [compare, setCompare] = useState(false)
  const { session, steps, operations } = edit
  const { size, base, output } = session.start
  const { frame } = useMemo(() => readFrame(steps, size), [steps, size])
  const result = sizeBehind(operations, size)

  const shown = useMemo((): readonly Operation[] => {
    if (compare) return []
    // What leaves every pixel where it is stays while the frame is changed.
    const plain = operationsOf(steps).filter(staysInPlace)
    // Regions are of the picture as it came, and so is what they are drawn on.
    if (mode === 'hide') return [...regionsOf(steps).map(({ op }) => op), ...plain]
    if (mode !== 'crop') return operations
    const uncut = operationsOfFrame({ ...frame, crop: null }, size)
    return [...regionsOf(steps).map(({ op }) => op), ...uncut, ...plain]
  }, [compare, mode, operations, frame, size, steps])
  const stageSize = compare ? size : mode === 'crop' || mode === 'hide' ? sizeBehind(shown, size) : result
  const preview = usePreview({ imageId: image.id, base, size, operations: shown })
  const address = useAddress(image.id, base, operations, output)

  const save = () => acts.save({ operations, output, base })
  const onUndo = edit.canUndo ? edit.undo : () => void acts.step('undo')
  const onRedo = edit.canRedo ? edit.redo : () => void acts.step('redo')
  const mayUndo = edit.canUndo || (!edit.changed && history.current.parent !== null)

  // What an undo left, or what was made beside it since: which, the service knows.
  const followed = history.versions.some(({ parent }) => parent === history.current.version)

  const editor = useRef<HTMLDivElement>(null)
  // Each also has its button.
  useEditorKeys(editor, (event) => {
    const { target, key } = event
    const typing = target instanceof Element && target.matches('input:not([type="range"]), textarea')
    if (acts.isPending) return
    if (key.toLowerCase() === 's') {
      event.preventDefault()
      if (edit.changed) void save()
    } else if (!typing && (key.toLowerCase() === 'y' || (key.toLowerCase() === 'z' && event.shiftKey))) {
      event.preventDefault()
      if (edit.canRedo || (!edit.changed && followed)) onRedo()
    } else if (!typing && key.toLowerCase() === 'z') {
      event.preventDefault()
      if (mayUndo) onUndo()
    }
  })
  return (
    <div className="flex min-h-0 flex-1 flex-col" ref={editor} data-editor>
      <EditorBar
        image={image}
        edit={edit}
        history={history}
        busy={acts.isPending}
        compare={compare}
        onCompare={setCompare}
        onUndo={mayUndo ? onUndo : null}
        onRedo={edit.canRedo || (!edit.changed && followed) ? onRedo : null}
        onSave={() => void save()}
        address={typeof address === 'object' ? address : null}
        onClose={onClose}
      />
      {edit.overtaken !== null && !acts.isPending && !acts.made.has(edit.overtaken.version) && (
        <OvertakenNote overtaken={edit.overtaken} onTheirs={edit.discard} />
      )}
      {/* Where it is low the tools are below the picture, and come by scrolling: of 46 % of 256 px none of them had any. */}
      <div className="flex min-h-0 flex-1 flex-col low:overflow-y-auto lg:grid lg:grid-cols-[1fr_22rem]">
        <Stage
          until={edit.changed ? null : untilDrawn(image, stageSize)}
          name={image.altText ?? image.originalName}
          edit={edit}
          preview={preview}
          mode={compare ? 'versions' : mode}
          frame={frame}
          ratio={ratioOf(ratio, lyingSize(frame, size))}
          region={region}
          size={stageSize}
        />
        <aside
          aria-label={t('Tools')}
          className="flex max-h-[46dvh] min-h-0 flex-col border-line border-t bg-raised low:max-h-none low:shrink-0 lg:max-h-none lg:border-t-0 lg:border-s"
        >
          <Panels
            image={image}
            mode={mode}
            onMode={setMode}
            edit={edit}
            frame={frame}
            ratio={ratio}
            onRatio={setRatio}
            region={region}
            onRegion={setRegion}
            history={history}
            acts={acts}
            small={preview.small}
          />
          <AddressBar address={address} size={result} />
        </aside>
      </div>
    </div>
  )
}

/** The picture as it is, which whoever comes from the viewer has; null where the editor opens on more of it. */
function untilDrawn({ sizes, width, height }: Image, shown: Size): string | null {
  const made = sizes.large ?? sizes.medium ?? sizes.small
  return made === undefined || shown.width !== width || shown.height !== height ? null : pictureSource(made)
}
