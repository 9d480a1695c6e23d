import type { Image } from '@rendition/contract'
import {
  Crop,
  EyeOff,
  Focus,
  Frame as FrameIcon,
  History,
  ListOrdered,
  type LucideIcon,
  Palette,
  Stamp,
  SunMedium,
} from 'lucide-react'
import { Tabs } from 'radix-ui'
import type { Phrase } from '../../languages/catalogue.ts'
import { t } from '../../languages/translate.ts'
import type { DrawSmall } from '../../painting/draw-small.ts'
import type { EditHistory, useHistoryActs } from '../../state/use-edit.ts'
import type { Frame } from '../model/frame.ts'
import type { RatioName } from '../model/ratios.ts'
import type { EditSession } from '../use-session.ts'
import { BorderPanel } from './border-panel.tsx'
import { CropPanel } from './crop-panel.tsx'
import { FocusPanel } from './focus-panel.tsx'
import { HidePanel } from './hide-panel.tsx'
import { LightPanel } from './light-panel.tsx'
import { LooksPanel } from './looks-panel.tsx'
import { MarkPanel } from './mark-panel.tsx'
import { StepsPanel } from './steps-panel.tsx'
import { VersionsPanel } from './versions-panel.tsx'

const modes = [
  { mode: 'crop', name: 'Crop', Icon: Crop },
  { mode: 'light', name: 'tool|Light', Icon: SunMedium },
  { mode: 'looks', name: 'Looks', Icon: Palette },
  { mode: 'hide', name: 'Hide', Icon: EyeOff },
  { mode: 'mark', name: 'Mark', Icon: Stamp },
  { mode: 'border', name: 'Border', Icon: FrameIcon },
  { mode: 'focus', name: 'Focus', Icon: Focus },
  { mode: 'steps', name: 'Steps', Icon: ListOrdered },
  { mode: 'versions', name: 'Versions', Icon: History },
] as const satisfies readonly { mode: string; name: Phrase; Icon: LucideIcon }[]
export type Mode = (typeof modes)[number]['mode']

export interface PanelProps {
  image: Image
  edit: EditSession
  frame: Frame
  ratio: RatioName
  onRatio: (ratio: RatioName) => void
  /** The region that is changed by hand. */
  region: number | null
  onRegion: (id: number) => void
  history: EditHistory
  acts: ReturnType<typeof useHistoryActs>
  /** Draws the picture small; undefined while there is none yet, null where the browser cannot. */
  small: DrawSmall | null | undefined
}

const panels: Readonly<Record<Mode, (props: PanelProps) => React.ReactNode>> = {
  crop: CropPanel,
  light: LightPanel,
  looks: LooksPanel,
  hide: HidePanel,
  mark: MarkPanel,
  border: BorderPanel,
  focus: FocusPanel,
  steps: StepsPanel,
  versions: VersionsPanel,
}

/** The tools, one kind at a time. */
export function Panels({
  mode,
  onMode,
  ...props
}: PanelProps & { mode: Mode; onMode: (mode: Mode) => void }) {
  return (
    <Tabs.Root
      value={mode}
      onValueChange={(next) => onMode(next as Mode)}
      className="flex min-h-0 flex-1 flex-col"
    >
      <Tabs.List
        aria-label={t('Tools')}
        // Beside the picture two rows show them all: nine in one would be 504 px of 352.
        className="flex shrink-0 overflow-x-auto border-line border-b px-1 lg:grid lg:grid-cols-5 lg:overflow-x-visible"
      >
        {modes.map(({ mode: value, name, Icon }) => (
          <Tabs.Trigger
            key={value}
            value={value}
            className="grid min-w-14 flex-auto shrink-0 justify-items-center gap-0.5 border-transparent border-b-2 px-1.5 py-2 text-[0.6875rem] focus-visible:-outline-offset-2
              text-muted hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
          >
            <Icon aria-hidden className="size-[1.1rem]" /> {t(name)}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {modes.map(({ mode: value }) => {
        const Panel = panels[value]
        return (
          <Tabs.Content
            key={value}
            value={value}
            tabIndex={-1}
            className="min-h-0 flex-1 overflow-y-auto p-4 outline-none"
          >
            <Panel {...props} />
          </Tabs.Content>
        )
      })}
    </Tabs.Root>
  )
}
