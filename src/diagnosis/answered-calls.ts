// Which calls were answered, by who asked whom for what. Each look-up is made when first asked for, with one walk over the calls.
import { Call, Outcome, type Connection, type Conversation } from '../conversation/model'
import { firstOfEachKind } from './look-up'

export class AnsweredCalls {
  #first?: Map<string, number>
  #last?: Map<string, number>
  /** First answered calls by authentication level. */
  readonly #firstAt = new Map<number, Map<string, number>>()

  constructor(private readonly conversation: Conversation) {}

  /** The first call of an interface that a server answered to a client. */
  first(client: string, server: string, interfaceIndex: number): number | undefined {
    this.#first ??= this.#firstOfEach(({ client: from, server: to }) => `${from.text} ${to.text}`)
    return this.#first.get(`${client} ${server} ${interfaceIndex}`)
  }

  /** The first call of an interface that a server answered at an authentication level, to any client. */
  firstAt(level: number, server: string, interfaceIndex: number): number | undefined {
    let first = this.#firstAt.get(level)
    if (!first) {
      first = this.#firstOfEach(({ server: to }) => to.text, level)
      this.#firstAt.set(level, first)
    }
    return first.get(`${server} ${interfaceIndex}`)
  }

  /** The last call of an interface that a server answered to a client: where it is later than a failure, the client went on. */
  last(client: string, server: string, interfaceIndex: number): number | undefined {
    this.#last ??= this.#lastOfEach()
    return this.#last.get(`${client} ${server} ${interfaceIndex}`)
  }

  #lastOfEach(): Map<string, number> {
    const last = new Map<string, number>()
    for (const { client, server, calls } of this.conversation.connections)
      for (const call of firstOfEachKind(calls.toReversed(), (row) => this.#answeredInterface(row))) {
        const key = `${client.text} ${server.text} ${this.#answeredInterface(call)}`
        last.set(key, Math.max(call, last.get(key) ?? call))
      }
    return last
  }

  /** The first answered call of each interface, at `level` where one is given, by what `ends` says of the connection. */
  #firstOfEach(ends: (connection: Connection) => string, level?: number): Map<string, number> {
    const { calls, connections } = this.conversation
    const first = new Map<string, number>()
    const wanted = (row: number) =>
      level === undefined || calls.get(Call.Level, row) === level ? this.#answeredInterface(row) : undefined
    for (const connection of connections)
      for (const call of firstOfEachKind(connection.calls, wanted)) {
        const key = `${ends(connection)} ${this.#answeredInterface(call)}`
        first.set(key, Math.min(call, first.get(key) ?? call))
      }
    return first
  }

  /** Index of the interface of a call that was answered by a response. */
  #answeredInterface(call: number): number | undefined {
    const { calls } = this.conversation
    return calls.get(Call.Outcome, call) === Outcome.Response ? calls.get(Call.Interface, call) : undefined
  }
}
