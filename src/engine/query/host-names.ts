// What hosts are called, as far as the capture shows.
import type { Capture } from '../../capture/capture'
import { legible } from '../../capture/legible'
import { nameAnswers } from '../../conversation/name-answers'

/** More addresses than this are not named: a list of names is for people. */
const MOST_HOSTS = 20_000
/** Nor are more than so many names of one address listed. */
const MOST_NAMES = 8

/** The names that answers of DNS, LLMNR and NetBIOS give each address, the first one first. */
export function hostNames(capture: Capture): Map<string, string[]> {
  const names = new Map<string, string[]>()
  for (const { name, addresses } of nameAnswers(capture))
    for (const address of addresses) {
      const known = names.get(address)
      if (!known && names.size < MOST_HOSTS) names.set(address, [legible(name)])
      else if (known && known.length < MOST_NAMES && !known.includes(legible(name))) known.push(legible(name))
    }
  return names
}
