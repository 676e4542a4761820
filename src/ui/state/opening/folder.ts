// Files of a folder that was dropped, with those of the folders in it.

const MAX_FILES = 500
const MAX_DEPTH = 4

/** The files of a folder by their paths, as many as can be listed. */
export async function filesOf(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const files: File[] = []
  await gather(folder, files, 0)
  return files
}

async function gather(folder: FileSystemDirectoryEntry, files: File[], depth: number): Promise<void> {
  const reader = folder.createReader()
  // A browser lists so many at a time, and none at the end.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (entries.length === 0) return
    for (const entry of entries) {
      if (files.length >= MAX_FILES) return
      if (entry.isFile) files.push(await fileOf(entry as FileSystemFileEntry))
      else if (depth < MAX_DEPTH) await gather(entry as FileSystemDirectoryEntry, files, depth + 1)
    }
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}
