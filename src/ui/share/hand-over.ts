// Giving a file or a text to the user: by download, or by the clipboard.

/** How long a download may take to begin before its bytes are freed. */
const KEEP_MILLISECONDS = 60_000

export function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), KEEP_MILLISECONDS)
}

/**
 * Puts one thing on the clipboard as rich text and as Markdown; the program that pastes takes what it understands. The text may
 * still be on its way: some browsers ask for the write within the click.
 */
export async function copyBoth(texts: Promise<{ fragment: string; markdown: string }>): Promise<void> {
  const as = (type: string, text: Promise<string>) => text.then((content) => new Blob([content], { type }))
  await navigator.clipboard.write([
    new ClipboardItem({
      'text/html': as(
        'text/html',
        texts.then(({ fragment }) => fragment),
      ),
      'text/plain': as(
        'text/plain',
        texts.then(({ markdown }) => markdown),
      ),
    }),
  ])
}

/** A file name for what is made of a capture: `trace.pcapng.gz` and `-report.html` give `trace-report.html`. */
export function fileName(capture: string, suffix: string): string {
  const base = capture
    .replace(/\.(gz|zst|zip)$/i, '')
    .replace(/\.(pcapng|pcap|cap|snoop|html?)$/i, '')
    .replace(/[\\/:*?"<>|]/g, '_')
  return `${base || 'capture'}${suffix}`
}
