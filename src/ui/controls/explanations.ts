// The one tooltip of the page and the terms that it explains.
import { Tooltip } from 'bits-ui'

/** Ties every Term to the tooltip that Explanation.svelte draws: a tooltip a term took half of the time to draw a table. */
export const explanations = Tooltip.createTether<string>()
