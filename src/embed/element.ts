// <faultline-viewer src frame filter view theme>: makes the frame, keeps its address in step with the attributes, and
// speaks with it. A module of its own without dependencies; it is built to embed/faultline-viewer.js.
import { type FoundMessage, type FrameMessage, type HostMessage, readFrameMessage } from './messages'

export type { FoundMessage, FrameMessage, HostMessage } from './messages'

/** What the element dispatches; `detail` holds the frame's words. Frames are numbered from 1. */
export interface FaultlineViewerEvents {
  ready: CustomEvent<null>
  opened: CustomEvent<{ frames: number; findings: FoundMessage[] }>
  selected: CustomEvent<{ frame: number }>
  error: CustomEvent<{ message: string }>
}

// A variable, so that a bundler does not take the page for an asset of this module.
const here: string = import.meta.url

/**
 * `src` is an address as embed.html reads it, relative to the viewer. `viewer` is the address of embed.html where this
 * module does not lie beside it. Steering by methods and events need the viewer's site to list the host's origin, unless
 * it is the same; attributes always work.
 */
export class FaultlineViewer extends HTMLElement {
  static readonly observedAttributes: string[] = ['src', 'frame', 'filter', 'view', 'theme', 'viewer']

  readonly #frame: HTMLIFrameElement = document.createElement('iframe')
  #ready = false
  #waiting: HostMessage[] = []
  #following = false

  constructor() {
    super()
    const style = new CSSStyleSheet()
    style.replaceSync(':host { display: block; height: 480px } iframe { width: 100%; height: 100%; border: 0 }')
    const root = this.attachShadow({ mode: 'open' })
    root.adoptedStyleSheets = [style]
    this.#frame.title = 'Faultline'
    this.#frame.referrerPolicy = 'origin' // shows the frame whose page this is, in browsers that have no other way
    root.append(this.#frame)
  }

  connectedCallback(): void {
    window.addEventListener('message', this.#receive)
    this.#ready = false // a frame that is put into a page loads again
    this.#show()
  }

  disconnectedCallback(): void {
    window.removeEventListener('message', this.#receive)
  }

  attributeChangedCallback(): void {
    if (!this.isConnected || this.#following) return
    this.#following = true // several attributes set together are one change
    queueMicrotask(() => {
      this.#following = false
      if (this.isConnected) this.#show()
    })
  }

  /** As of every element; listeners of the element's own events are typed. */
  override addEventListener<Type extends keyof FaultlineViewerEvents>(
    type: Type,
    listener: (event: FaultlineViewerEvents[Type]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener, options)
  }

  /** Opens a capture: its bytes, or an address that the viewer may load. */
  open(capture: ArrayBuffer | Uint8Array<ArrayBuffer> | Blob | string, name?: string): void {
    const named = name === undefined ? {} : { name }
    if (typeof capture === 'string') this.#post({ faultline: 'open', url: capture, ...named })
    else this.#post({ faultline: 'open', bytes: capture, ...named })
  }

  /** Selects a frame by its number, from 1. */
  goToFrame(frame: number): void {
    this.#post({ faultline: 'goToFrame', frame })
  }

  /** Shows only the frames that a display filter holds for; empty text shows all. */
  setFilter(filter: string): void {
    this.#post({ faultline: 'setFilter', filter })
  }

  get #address(): URL {
    const url = new URL(
      this.getAttribute('viewer') ?? '../embed.html',
      this.hasAttribute('viewer') ? document.baseURI : here,
    )
    for (const name of ['src', 'theme']) {
      const value = this.getAttribute(name)
      if (value) url.searchParams.set(name, value)
    }
    const place = new URLSearchParams()
    for (const name of ['frame', 'view', 'filter']) {
      const value = this.getAttribute(name)
      if (value) place.set(name, value)
    }
    url.hash = place.toString()
    return url
  }

  /** Where only the hash differs the frame goes there without loading again. */
  #show(): void {
    const { href } = this.#address
    const before = this.#frame.src.replace(/#.*$/, '')
    if (before !== href.replace(/#.*$/, '')) this.#ready = false
    this.#frame.src = href
  }

  #post(message: HostMessage): void {
    if (this.#ready) this.#frame.contentWindow?.postMessage(message, this.#address.origin)
    else this.#waiting.push(message)
  }

  readonly #receive = ({ source, origin, data }: MessageEvent): void => {
    if (source !== this.#frame.contentWindow || origin !== this.#address.origin) return
    const message = readFrameMessage(data)
    if (message) this.#dispatch(message)
  }

  #dispatch(message: FrameMessage): void {
    const { faultline, ...detail } = message
    this.dispatchEvent(new CustomEvent(faultline, { detail: faultline === 'ready' ? null : detail }))
    if (faultline !== 'ready') return
    this.#ready = true
    for (const waiting of this.#waiting.splice(0)) this.#post(waiting)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'faultline-viewer': FaultlineViewer
  }
}

if (!customElements.get('faultline-viewer')) customElements.define('faultline-viewer', FaultlineViewer)
