// Code of the page or of its worker that could not be fetched when it was first needed.

/** True for the error of such a fetch, in the words of Chromium, Firefox and WebKit; the worker's errors cross by message. */
export function isMissingPart(error: unknown): boolean {
  const { name = '', message = '' } = error instanceof Error ? error : {}
  return name === 'PartMissing' || /dynamically imported module|importing a module script|preload css/i.test(message)
}
