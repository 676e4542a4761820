// What makes the first capture open as fast as the second.
import { Analysis } from '../read/analysis'
import { loadNames, module } from './fetched'
import { prepareReading } from './reading'

const WARMING_RUNS = 8

/** The folder that the page lies in: this file lies in its assets/. */
function siteUrl(): string {
  return new URL(import.meta.env.DEV ? '/' : '../../', import.meta.url).href
}

/**
 * The browser compiles what runs often into faster code. Running the pipeline over the site's own example while the
 * user still looks for a file makes the first capture open as fast as the second. It stops as soon as `isIdle` no longer holds.
 */
export async function warmUp(isIdle: () => boolean): Promise<void> {
  prepareReading()
  const response = await fetch(new URL('examples/case-study.pcapng', siteUrl()))
  if (!response.ok) return
  const example = new Uint8Array(await response.arrayBuffer())
  for (let run = 0; run < WARMING_RUNS && isIdle(); run++) {
    const analysis = await Analysis.start(await module)
    analysis.feed(example)
    analysis.end()
    await new Promise((resolve) => setTimeout(resolve))
    if (isIdle()) await analysis.diagnose(await loadNames())
    await new Promise((resolve) => setTimeout(resolve))
  }
}
