import type { Failure } from '../../../engine/api'

const ADVICE = 'Your own captures can still be opened: drop one here.'

/** A capture from the site, or from where it was looked for; a sentence where there is none. */
export async function fetchCapture(url: string, name: string): Promise<Blob | Failure> {
  let response: Response
  try {
    response = await fetch(url)
    // Many hosts answer with a page of theirs where they have no file, some of them with a good conscience.
    const isPage = response.headers.get('content-type')?.startsWith('text/html')
    if (response.ok && !isPage) return await response.blob()
  } catch {
    return {
      refused: `${name} could not be fetched: the site cannot be reached.`,
      advice: `Are you offline? ${ADVICE}`,
    }
  }
  if (response.ok || response.status === 404 || response.status === 410)
    return { refused: `There is no ${name} at this address.`, advice: ADVICE }
  return { refused: `${name} could not be fetched: the site answered ${response.status}.`, advice: ADVICE }
}
