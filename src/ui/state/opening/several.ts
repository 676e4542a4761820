// Folders, archives and drops that hold several captures: they are offered, and opened one at a time or as one.
import type { Failure } from '../../../engine/api'
import { failure } from '../../controls/failure'
import type { Choice, Choosing } from './choosing.svelte'
import { filesOf } from './folder'

interface Parts {
  choosing: Choosing
  open: (blob: Blob, name: string) => Promise<void>
  refuse: (name: string, failure: Failure) => void
}

const UNPACKABLE: Failure = {
  refused: 'This file of the archive cannot be unpacked.',
  advice: 'Unpack the archive with another program, and open the file itself.',
}

/** A file as a choice. */
export function choiceOf(file: File): Choice {
  return { name: file.webkitRelativePath || file.name, bytes: file.size, file: () => Promise.resolve(file) }
}

/** Offers files that were dropped or picked together. */
export function offerFiles(files: readonly File[], choosing: Choosing): void {
  choosing.offer('What was chosen', files.map(choiceOf))
}

/** Offers the captures of a folder; a single one is opened. */
export async function takeFolder(folder: FileSystemDirectoryEntry, { choosing, open, refuse }: Parts): Promise<void> {
  try {
    const { isCaptureName } = await import('../../../engine/page/several')
    const [only, ...more] = (await filesOf(folder)).filter(({ name }) => isCaptureName(name))
    if (only && more.length > 0) choosing.offer(folder.name, [only, ...more].map(choiceOf))
    else if (only) await open(only, only.name)
    else
      refuse(folder.name, {
        refused: `The folder ${folder.name} holds no capture.`,
        advice: 'Drop the capture itself, or a folder with files that end in .pcapng, .pcap, .etl, .cab or .cap.',
      })
  } catch (error) {
    refuse(folder.name, failure(error))
  }
}

/** Offers the captures of an archive; false where it holds fewer than two. */
export async function offersArchive(file: File, choosing: Choosing): Promise<boolean> {
  const { capturesIn, takeOut } = await import('../../../engine/page/several')
  const found = await capturesIn(file).catch(() => [])
  if (found.length < 2) return false
  choosing.offer(
    file.name,
    found.map(({ name, bytes }) => ({ name, bytes, file: async () => (await takeOut(file, [name]))[0] })),
  )
  return true
}

/** Opens a capture, or several as one. */
export async function openTogether(
  choices: readonly Choice[],
  { open, refuse }: Omit<Parts, 'choosing'>,
): Promise<void> {
  try {
    const files: { name: string; blob: Blob }[] = []
    for (const choice of choices) {
      const blob = await choice.file()
      if (!blob) return refuse(choice.name, UNPACKABLE)
      files.push({ name: choice.name, blob })
    }
    const [only, ...more] = files
    if (!only) return
    if (more.length === 0) return await open(only.blob, only.name)
    const { bundleOf } = await import('../../../engine/page/several')
    await open(bundleOf(files), `${only.name} and ${more.length} more`)
  } catch (error) {
    refuse(choices[0]?.name ?? '', failure(error))
  }
}
