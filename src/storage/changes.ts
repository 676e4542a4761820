// What one window announces to the others about saved analyses, so that none shows or overwrites what is out of date.
import type { SavedAnalysis } from './database'

/** An analysis was added or changed, or deleted (`revision` is then undefined). */
export interface SavedNews {
  id: string
  revision: number | undefined
}

/** The BroadcastChannel that SavedNews goes out on. */
export const NEWS_CHANNEL = 'faultline.saved'

/** Notifies every window, this one's page too. */
export function announce({ id, revision, deletedAt }: SavedAnalysis): void {
  try {
    const channel = new BroadcastChannel(NEWS_CHANNEL)
    const news: SavedNews = { id, revision: deletedAt === undefined ? revision : undefined }
    channel.postMessage(news)
    channel.close()
  } catch {
    // no channel: other windows notice at their next write
  }
}
