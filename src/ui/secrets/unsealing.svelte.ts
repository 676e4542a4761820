// Opening what is sealed with the user's own secrets. They go to the worker; nothing in the page keeps them.
import type { LogonRow, Opened, Progress, SecretInput } from '../../engine/api'
import type { EngineClient } from '../../engine/page/client'
import type { Filtering } from '../filter/filtering.svelte'
import type { FrameList } from '../state/frame-list.svelte'
import type { Notices } from '../state/notices.svelte'
import type { OpenCapture } from '../state/opening/open-capture.svelte'
import type { Selection } from '../state/selection.svelte'
import { countOf } from '../state/time-format'

interface Parts {
  engine: EngineClient
  capture: OpenCapture
  list: FrameList
  filtering: Filtering
  selection: Selection
  notices: Notices
}

export class Unsealing {
  isBusy = $state(false)
  progress = $state.raw<Progress>()
  /** What became of the last try. */
  outcome = $state('')

  constructor(private readonly parts: Parts) {}

  get logons(): readonly LogonRow[] | undefined {
    return this.parts.capture.opened?.logons
  }

  /** Tries secrets on every logon, beside those that were given before. */
  async open(secrets: SecretInput[]): Promise<void> {
    const { engine, capture } = this.parts
    const { turn } = capture
    this.isBusy = true
    this.outcome = ''
    this.progress = undefined
    try {
      const answer = await engine.unseal(secrets, (progress) => (this.progress = progress))
      if (turn !== capture.turn) return
      if (!answer) this.outcome = 'Cancelled.'
      else if ('refused' in answer) this.outcome = answer.refused
      else this.#show(answer, outcomeOf(answer.logons ?? []))
    } catch (error) {
      this.outcome = `That did not work: ${error instanceof Error ? error.message : String(error)}`
    } finally {
      this.isBusy = false
    }
  }

  stop(): void {
    this.parts.engine.stopUnsealing()
  }

  /** Forgets the secrets and what they opened. */
  async forget(): Promise<void> {
    this.#show(await this.parts.engine.forgetSecrets(), 'The secrets and what they opened are forgotten.')
  }

  #show(opened: Opened, outcome: string): void {
    const { capture, list, filtering, selection, notices } = this.parts
    capture.opened = opened
    capture.advance()
    list.refresh()
    void filtering.renew(list.narrowing?.filter ?? '')
    void selection.describe()
    this.outcome = outcome
    notices.say(outcome)
  }
}

function outcomeOf(logons: readonly LogonRow[]): string {
  const sum = (of: (row: LogonRow) => number) => logons.reduce((total, row) => total + of(row), 0)
  const [opened, sealed, failed] = [sum((row) => row.opened), sum((row) => row.sealed), sum((row) => row.failed)]
  const right = logons.filter(({ secret }) => secret === 'right').length
  if (right === 0 && opened === 0) return `No secret is right for any of ${countOf(logons.length, 'logon')}.`
  const wrong = failed > 0 ? ` ${countOf(failed, 'signature')} wrong.` : ''
  return `Right for ${right} of ${countOf(logons.length, 'logon')}. Opened ${opened} of ${countOf(sealed, 'sealed message')}.${wrong}`
}
