// What a key or a right click may ask for next is fetched while the page has nothing else to do, so that it comes at once.

const PARTS: (() => Promise<unknown>)[] = [
  () => import('../filter/FilterCombobox.svelte'),
  () => import('../palette/Palette.svelte'),
  () => import('../find/FindBar.svelte'),
  () => import('../frames/GoToDialog.svelte'),
  () => import('../controls/Menu.svelte'),
  () => import('../filter/CellItems.svelte'),
  () => import('../detail/FieldItems.svelte'),
  () => import('../detail/CommentDialog.svelte'),
]

/** Fetches the parts one after the other, between tasks. Throws where one cannot be had. */
export async function fetchAhead(): Promise<void> {
  for (const fetchPart of PARTS) {
    await idle()
    await fetchPart()
  }
}

/** Settles when the page has nothing to do; WebKit cannot say when that is. */
function idle(): Promise<unknown> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in window) requestIdleCallback(resolve)
    else setTimeout(resolve, 200)
  })
}
