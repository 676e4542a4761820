// Which frames our own filters show of a capture file: what is held against tsharkFrames().
import { opened } from '../diagnose'

/** Numbers of the frames that each filter shows, undefined where it is refused. */
export async function shownFrames(
  capture: Uint8Array<ArrayBuffer>,
  filters: readonly string[],
): Promise<(number[] | undefined)[]> {
  const ours = await (await opened(capture)).filters()
  const shown: (number[] | undefined)[] = []
  for (const filter of filters) {
    const result = await ours.rows(filter)
    shown.push('rows' in result ? Array.from(result.rows, (row) => row + 1) : undefined)
  }
  return shown
}
