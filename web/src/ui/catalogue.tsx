import { Heart, Trash2, X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Button, IconButton } from './button.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { Logo } from './logo.tsx'
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuLine } from './menu.tsx'
import { Sheet } from './sheet.tsx'
import { Spinner } from './spinner.tsx'
import { TextField } from './text-field.tsx'

const colours = [
  'bg-ground',
  'bg-raised',
  'bg-sunken',
  'bg-line',
  'bg-line-strong',
  'bg-muted',
  'bg-ink',
  'bg-accent',
  'bg-accent-soft',
  'bg-danger',
  'bg-danger-soft',
  'bg-good',
] as const
const type = [
  ['text-2xl font-semibold tracking-tight', 'Page that stands alone'],
  ['text-xl font-semibold tracking-tight', 'Title of a page'],
  ['text-lg font-semibold tracking-tight', 'Title of a dialog'],
  ['text-base', 'Text that is typed, on a phone'],
  ['text-sm', 'Everything else'],
  ['text-xs text-muted', 'What is said beside it'],
] as const
const looks = ['primary', 'plain', 'quiet', 'danger'] as const

/** Every component in every state, at `/design` while developing (`npm run dev`). `docs/design.md` says why they are so. */
export default function Catalogue() {
  const [choice, setChoice] = useState<'one' | 'two'>('one')
  const [open, setOpen] = useState<'confirm' | 'sheet' | null>(null)
  const close = () => setOpen(null)
  return (
    <main className="mx-auto grid max-w-4xl gap-12 p-8">
      <h1 className="flex items-center gap-3 font-semibold text-2xl tracking-tight">
        <Logo className="size-7" /> Components
      </h1>
      <Part title="Colour">
        {colours.map((name) => (
          <figure key={name} className="grid gap-1.5 text-xs">
            <div className={`${name} h-14 w-28 rounded-lg border border-line`} />
            <figcaption className="text-muted">{name.slice(3)}</figcaption>
          </figure>
        ))}
      </Part>
      <Part title="Type">
        <div className="grid gap-3">
          {type.map(([look, words]) => (
            <p key={look} className={look}>
              {words}
            </p>
          ))}
        </div>
      </Part>
      <Part title="Buttons">
        {looks.map((look) => (
          <div key={look} className="grid gap-2">
            <Button look={look}>
              <Heart aria-hidden className="size-4" /> {look}
            </Button>
            <Button look={look} disabled>
              <Spinner /> {look}, busy
            </Button>
          </div>
        ))}
        <IconButton label="Close">
          <X aria-hidden />
        </IconButton>
        <IconButton label="Favourite" look="plain" aria-pressed>
          <Heart aria-hidden fill="currentColor" />
        </IconButton>
        <IconButton label="Delete" look="danger" disabled>
          <Trash2 aria-hidden />
        </IconButton>
      </Part>
      <Part title="Fields">
        <TextField label="Name" placeholder="Nothing yet" className="w-64" />
        <TextField label="With a hint" hint="What it is for." defaultValue="Text" className="w-64" />
        <TextField label="With a fault" error="Is taken." defaultValue="Text" className="w-64" />
        <TextField label="Closed" disabled defaultValue="Text" className="w-64" />
      </Part>
      <Part title="Menu, dialogs">
        <Menu trigger={<Button>Menu</Button>}>
          <MenuLabel>Actions</MenuLabel>
          <MenuItem onSelect={() => undefined}>
            <Heart aria-hidden /> One
          </MenuItem>
          <MenuItem onSelect={() => undefined}>
            <Trash2 aria-hidden /> Another
          </MenuItem>
          <MenuLine />
          <MenuChoice
            label="One of several"
            value={choice}
            onChoose={setChoice}
            options={[
              { value: 'one', label: 'This' },
              { value: 'two', label: 'That' },
            ]}
          />
        </Menu>
        <Button onClick={() => setOpen('confirm')}>Question</Button>
        <Button onClick={() => setOpen('sheet')}>Sheet</Button>
        <ConfirmDialog
          open={open === 'confirm'}
          onOpenChange={close}
          title="Delete 3 photos for good?"
          action="Delete"
          onConfirm={close}
        >
          The originals and every size of them will be gone.
        </ConfirmDialog>
        {open === 'sheet' && (
          <Sheet title="A sheet" onClose={close} className="max-w-md">
            <p className="p-6">Anything but a question.</p>
          </Sheet>
        )}
      </Part>
      <Part title="Small things">
        <Spinner />
        <Spinner className="size-6 text-accent" />
        <kbd className="kbd">Ctrl K</kbd>
        <span className="checkered size-14 rounded-lg" />
        <span className="h-14 w-28 animate-breathe rounded-lg bg-sunken" />
      </Part>
    </main>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid gap-4">
      <h2 className="border-line border-b pb-2 font-medium text-muted text-sm">{title}</h2>
      <div className="flex flex-wrap items-start gap-4">{children}</div>
    </section>
  )
}
