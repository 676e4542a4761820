// What is asked about many frames at once: order, search, transcripts, statistics. Behind a proxy of its own, as its code is loaded
// when first wanted. A question ends when another of its kind is asked, or when it is stopped.
import { transfer } from 'comlink'
import { hostNames } from '../query/host-names'
import { streamsOfFrames } from '../query/lists/streams-shown'
import { type FindIn, type Found, around, findIn } from '../query/lists/find'
import { MOST_BY_TEXT, isNumberOrder, orderByNumber, orderByText } from '../query/lists/frame-order'
import { type Sought, needleOf } from '../query/lists/needle'
import { type Transcript, type TranscriptPart, bytesSent, transcriptOf } from '../query/lists/transcript'
import type { Rows } from '../query/statistics/each-piece'
import { type ProtocolRow, protocolHierarchy } from '../query/statistics/hierarchy'
import { type LengthRow, packetLengths } from '../query/statistics/lengths'
import { type SeriesCounts, countsOverTime, stepsOf } from '../query/statistics/over-time'
import { type Talkers, talkers } from '../query/statistics/talkers'
import type { FilterMistake, ReferredFrames } from '../api'
import type { OpenCapture } from './open-capture'

export type { FindIn, Found, LengthRow, ProtocolRow, SeriesCounts, Sought, Talkers, Transcript, TranscriptPart }
export type { ConversationRow, EndpointRow } from '../query/statistics/talkers'
export type { Turn } from '../query/lists/transcript'

export type ListTools = ReturnType<typeof listToolsOf>

/** What can be stopped. */
export type ListTask = 'order' | 'find' | 'statistics'

const PROGRESS_MILLISECONDS = 100
const MOST_STEPS = 100_000

/** The functions; the page reaches them by Comlink. `current` is the capture that is open. */
export function listToolsOf(current: () => OpenCapture | undefined) {
  const turns: Record<ListTask, number> = { order: 0, find: 0, statistics: 0 }

  function openCapture(): OpenCapture {
    const open = current()
    if (!open) throw new Error('no capture is open')
    return open
  }

  /** Begins a task. The function that it returns lets other messages in, reports now and then, and is false once it should end. */
  function begin<T>(task: ListTask, report: (value: T, done: number) => void) {
    const [turn, open] = [++turns[task], openCapture()]
    let reported = performance.now()
    return async (value: T, done: number, always = false): Promise<boolean> => {
      if (always || performance.now() - reported > PROGRESS_MILLISECONDS) {
        report(value, done)
        reported = performance.now()
      }
      await new Promise((resolve) => setTimeout(resolve))
      return turn === turns[task] && open === current()
    }
  }

  const rowsOf = (rows: Uint32Array | undefined): Rows => rows ?? openCapture().capture.frames.rows

  return {
    /** Names of hosts by address, as answers of name services in the capture give them. */
    hostNames(): Map<string, string[]> {
      return hostNames(openCapture().capture)
    },

    /** Frames in the order of a column; a sentence where there are too many for it, undefined once another order is wanted. */
    async order(
      column: string,
      descending: boolean,
      shown: Uint32Array | undefined,
      onDone: (done: number) => void,
    ): Promise<Uint32Array<ArrayBuffer> | string | undefined> {
      const open = openCapture()
      const goesOn = begin<undefined>('order', (_, done) => onDone(done))
      if (isNumberOrder(column)) {
        const order = orderByNumber(open.capture, column, descending, shown)
        return transfer(order, [order.buffer])
      }
      const rows = shown ?? Uint32Array.from(Array(open.capture.frames.rows).keys())
      if (rows.length > MOST_BY_TEXT)
        return `Sorting by this column works for at most ${MOST_BY_TEXT.toLocaleString('en')} frames: filter first.`
      const filters = await open.filters()
      const texts = async (piece: Uint32Array) =>
        column === 'info'
          ? open.frameInfos(piece).map(({ info }) => info)
          : ((await filters.column(column, piece))?.texts ?? Array.from(piece, () => ''))
      const order = await orderByText(texts, rows, descending, (done) => goesOn(undefined, done))
      return order && transfer(order, [order.buffer])
    },

    /**
     * Looks through the frames shown, from one on and around. `onFound` is given what was found since it was called last, and how many
     * frames have been looked at. Returns a sentence where what is sought cannot be.
     */
    async find(
      where: FindIn,
      sought: Sought,
      shown: Uint32Array | undefined,
      from: number,
      onFound: (found: Found, done: number) => void,
    ): Promise<string | undefined> {
      const open = openCapture()
      const needle = needleOf(sought)
      if (typeof needle === 'string') return needle
      if (where !== 'line' && !open.file.blob) return 'The capture’s bytes were not saved: choose its file first.'
      let gathered: Found = { rows: [], places: [] }
      const goesOn = begin<undefined>('find', (_, done) => {
        onFound(gathered, done)
        gathered = { rows: [], places: [] }
      })
      const rows = around(shown ?? Uint32Array.from(Array(open.capture.frames.rows).keys()), from)
      let isFirst = true
      await findIn(open, where, needle, rows, ({ rows: found, places }, done) => {
        gathered.rows.push(...found)
        gathered.places.push(...places)
        const always = (isFirst && found.length > 0) || done === rows.length
        isFirst &&= found.length === 0
        return goesOn(undefined, done, always)
      })
      return undefined
    },

    stop(task: ListTask): void {
      turns[task]++
    },

    /** The conversation that a frame belongs to. */
    transcript(frame: number, part: TranscriptPart): Promise<Transcript | undefined> {
      return transcriptOf(openCapture(), frame, part)
    },

    bytesSent(frame: number, byClient: boolean): Promise<Blob> {
      return bytesSent(openCapture(), frame, byClient)
    },

    /** Frames that a filter holds for, whatever filter narrows the lists. */
    async framesFor(filter: string): Promise<Uint32Array<ArrayBuffer> | FilterMistake> {
      const result = await (await openCapture().filters()).rows(filter)
      if ('message' in result) return result
      return 'rows' in result ? Uint32Array.from(result.rows) : new Uint32Array(0)
    },

    /** Rows of Stream that these frames belong to. */
    streamsOf(rows: Uint32Array): Uint32Array<ArrayBuffer> {
      return streamsOfFrames(openCapture().capture, rows)
    },

    protocols(rows: Uint32Array | undefined, onRows: (rows: ProtocolRow[], done: number) => void) {
      return protocolHierarchy(openCapture().capture, rowsOf(rows), begin('statistics', onRows))
    },

    talkers(rows: Uint32Array | undefined, onTalkers: (talkers: Talkers, done: number) => void) {
      return talkers(openCapture().capture, rowsOf(rows), begin('statistics', onTalkers))
    },

    lengths(rows: Uint32Array | undefined, onRows: (rows: LengthRow[], done: number) => void) {
      return packetLengths(openCapture().capture, rowsOf(rows), begin('statistics', onRows))
    },

    /** Frames and bytes over time of the frames that a filter holds for; all, or those shown, without one. */
    async overTime(
      filter: string,
      shown: Uint32Array | undefined,
      seconds: number,
      referred: ReferredFrames,
    ): Promise<SeriesCounts | FilterMistake> {
      const open = openCapture()
      let rows = rowsOf(shown)
      if (filter.trim()) {
        const result = await (await open.filters()).rows(filter, referred)
        if ('message' in result) return result
        if ('cancelled' in result) throw new Error('the filter was cancelled')
        rows = shown ? within(result.rows, shown) : result.rows
      }
      const steps = stepsOf(open.capture, seconds, MOST_STEPS)
      return (await countsOverTime(open.capture, rows, seconds, steps, () => Promise.resolve(true)))!
    },
  }
}

/** Values that are in both rising lists. */
function within(rows: Uint32Array, shown: Uint32Array): Uint32Array {
  let at = 0
  return rows.filter((row) => {
    while (at < shown.length && shown[at]! < row) at++
    return shown[at] === row
  })
}
