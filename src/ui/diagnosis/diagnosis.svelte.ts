// The list of findings as the user sees it: which one is chosen, which of its occurrences, and how the list is narrowed.
import type { Finding, Instance, Severity } from '../../diagnosis/finding'
import type { EngineClient } from '../../engine/page/client'
import type { Conversations } from '../state/conversations.svelte'
import type { OpenCapture } from '../state/opening/open-capture.svelte'
import type { Accepted } from './accepted.svelte'
import {
  type Group,
  type Grouping,
  type Order,
  callsLost,
  findingKey,
  grouped,
  isFailure,
  matchesQuery,
  produces,
  sorted,
} from './finding-list'

interface Parts {
  engine: EngineClient
  capture: OpenCapture
  conversations: Conversations
  accepted: Accepted
}

/** More rows than this are grouped by cause unless the user chose otherwise. */
const MOST_ROWS = 10

export class Diagnosis {
  query = $state('')
  /** Severities that are shown. */
  severities = $state.raw<ReadonlySet<Severity>>(new Set(['error', 'warning', 'note']))
  order = $state<Order>('severity')
  #grouping = $state<Grouping>()
  /** What the user's program showed, as typed, and the codes and symbols that it means. */
  said = $state('')
  codes = $state.raw<string[]>([])
  /** Position of the chosen occurrence in the current finding. */
  at = $state(0)
  #chosen = $state.raw<Finding>()

  /** Every failure, most important first. */
  readonly failures: Finding[]
  /** Those that the list shows, in its order; those that produce the program's code first. */
  readonly shown: Finding[]
  readonly groups: Group[]
  /** Known and accepted failures, listed apart. */
  readonly known: Finding[]
  /** The finding of the card. */
  readonly current: Finding | undefined
  readonly occurrences: Instance[]
  readonly occurrence: Instance | undefined

  constructor(private readonly parts: Parts) {
    const { accepted, capture, conversations } = parts
    const lost = $derived(callsLost(conversations.rows))
    this.failures = $derived(capture.findings.filter(isFailure))
    this.known = $derived(this.failures.filter((finding) => accepted.has(findingKey(finding))))
    this.shown = $derived.by(() => {
      const list = this.failures.filter(
        (finding) =>
          this.severities.has(finding.severity) &&
          matchesQuery(finding, this.query) &&
          !accepted.has(findingKey(finding)),
      )
      const inOrder = sorted(list, this.order, lost)
      if (this.codes.length === 0) return inOrder
      const fits = (finding: Finding) => produces(finding, this.codes)
      return [...inOrder.filter(fits), ...inOrder.filter((finding) => !fits(finding))]
    })
    this.groups = $derived.by(() => {
      const { grouping } = this
      if (grouping === 'none') return [{ title: '', findings: this.shown }]
      return grouped(this.shown, (finding) => {
        if (grouping === 'cause') return finding.rule
        return (grouping === 'host' ? this.hostOf(finding) : finding.identities?.[0]?.name) ?? 'unknown'
      })
    })
    this.current = $derived(
      this.#chosen && capture.findings.includes(this.#chosen) ? this.#chosen : (this.shown[0] ?? this.known[0]),
    )
    this.occurrences = $derived(this.current ? occurrencesOf(this.current) : [])
    this.occurrence = $derived(this.occurrences[this.at] ?? this.occurrences[0])
  }

  /** How the list is grouped: as chosen, else by cause where it is long. */
  get grouping(): Grouping {
    return this.#grouping ?? (this.shown.length > MOST_ROWS ? 'cause' : 'none')
  }

  set grouping(grouping: Grouping) {
    this.#grouping = grouping
  }

  reset(): void {
    this.query = this.said = ''
    this.codes = []
    this.severities = new Set(['error', 'warning', 'note'])
    this.#grouping = this.#chosen = undefined
    this.order = 'severity'
    this.at = 0
  }

  choose(finding: Finding, occurrence = 0): void {
    this.#chosen = finding
    this.at = occurrence
  }

  /** The finding after (1) or before (-1) the current one in the list. */
  neighbour(step: 1 | -1): Finding | undefined {
    const list = [...this.groups.flatMap(({ findings }) => findings), ...this.known]
    return list[list.indexOf(this.current!) + step]
  }

  toggle(severity: Severity): void {
    const others = [...this.severities].filter((one) => one !== severity)
    this.severities = new Set(others.length < this.severities.size ? others : [...others, severity])
  }

  /** The server that a finding is about, where its connection is known. */
  hostOf({ streams }: Finding): string | undefined {
    const row = streams.map((stream) => this.parts.conversations.ofStream(stream)).find((one) => one !== undefined)
    return row?.server.replace(/:\d+$/, '')
  }

  /** Takes what the user's program showed, and looks its codes up. */
  async programSaid(text: string): Promise<void> {
    this.said = text
    const asked = text.trim()
    if (!asked) return void (this.codes = [])
    const found = await this.parts.engine.meanings(asked)
    if (asked !== this.said.trim()) return
    const meanings = 'refused' in found ? [] : found
    this.codes = [
      ...new Set(
        [asked, ...meanings.flatMap(({ code, symbol }) => [code, symbol])].filter((code) => /^\w{3,}$/.test(code)),
      ),
    ]
  }
}

/** Occurrences of a finding; a finding of an earlier release has one, made of its evidence. */
export function occurrencesOf(finding: Finding): Instance[] {
  const { evidence, occurrences, streams } = finding
  if (occurrences.length > 0) return occurrences
  if (evidence.length === 0) return []
  const frames = evidence.map(({ frame }) => frame)
  return [{ label: '', evidence, streams, first: Math.min(...frames), last: Math.max(...frames) }]
}
