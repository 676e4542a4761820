// What a diagnosis, a comparison or a report is made from.
import type { Capture } from '../capture/capture'
import type { Conversation } from '../conversation/model'
import type { Names } from '../names/names'

/** A decoded capture, what its rows mean, and the names for what it mentions. Names are loaded before anything asks for them. */
export interface CaseFile {
  capture: Capture
  conversation: Conversation
  names: Names
}
