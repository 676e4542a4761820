// Events of a trace by the frame that they are tied to, as filters see them.

/** Events that belong to frames: four columns of one length. */
export interface EventsOfFrames {
  frames: number[]
  providers: string[]
  ids: number[]
  texts: string[]
}
