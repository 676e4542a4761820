// Tags as they are typed: words between commas.

const MOST = 20
const LONGEST = 40

/** The tags of a text, each once, in the order in which they were typed. */
export function tagsOf(text: string): string[] {
  const tags = text.split(',').map((tag) => tag.trim().replace(/\s+/g, ' ').slice(0, LONGEST))
  return [...new Set(tags)].filter((tag) => tag !== '').slice(0, MOST)
}
