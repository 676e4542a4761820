// The frame's end of the conversation with the page that frames it.
import { type FrameMessage, type HostMessage, readHostMessage } from './messages'

/** Listens to the parent window and no one else, and only while its origin is an allowed one; speaks only to such. */
export class Channel {
  readonly #frame: Window
  readonly #allowed: ReadonlySet<string>

  constructor(frame: Window, allowed: ReadonlySet<string>) {
    this.#frame = frame
    this.#allowed = allowed
  }

  /** Calls `receive` with every message of the host. Returns how to stop. */
  listen(receive: (message: HostMessage) => void): () => void {
    const onMessage = ({ source, origin, data }: MessageEvent) => {
      if (!this.#framed || source !== this.#frame.parent || !this.#allowed.has(origin)) return
      const message = readHostMessage(data)
      if (message) receive(message)
    }
    this.#frame.addEventListener('message', onMessage)
    return () => this.#frame.removeEventListener('message', onMessage)
  }

  /** Sends to the host; a host whose origin is not allowed receives nothing. */
  post(message: FrameMessage): void {
    if (this.#framed) for (const origin of this.#hosts()) this.#frame.parent.postMessage(message, origin)
  }

  get #framed(): boolean {
    return this.#frame.parent !== this.#frame
  }

  /** The host's origin if it is allowed. A browser that hides it delivers to the one that fits, if any does. */
  #hosts(): Iterable<string> {
    const { location, document } = this.#frame
    const ancestors = location.ancestorOrigins as DOMStringList | undefined // not in every browser
    const host = ancestors?.[0] ?? (URL.canParse(document.referrer) ? new URL(document.referrer).origin : undefined)
    if (host === undefined) return this.#allowed
    return this.#allowed.has(host) ? [host] : []
  }
}
