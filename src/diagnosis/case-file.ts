// What a diagnosis, a comparison or a report is made from.
import type { Capture } from '../capture/capture'
import type { Conversation } from '../conversation/model'
import type { Machine } from '../etw/events/machine-model'
import type { Names } from '../names/names'

/** A decoded capture, what its rows mean, and the names for what it mentions. Names are loaded before anything asks for them. */
export interface CaseFile {
  capture: Capture
  conversation: Conversation
  names: Names
  /** What the events of an event trace say about its machine; undefined for other captures. */
  machine?: Machine | undefined
}
