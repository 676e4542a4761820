import { expect, test } from 'vitest'
import type { Finding } from '../diagnosis/finding'
import { findingMarkdown } from './finding-markdown'
import { reportFinding } from './report'

const finding: Finding = {
  kind: 'finding',
  rule: 'identity-switch',
  severity: 'error',
  confidence: 'high',
  title: 'CORP\\eve <script> was refused',
  explanation: 'One call travelled\nunder another name.',
  layers: [{ layer: 'Win32', code: '1825', text: 'RPC_S_SEC_PKG_ERROR' }],
  evidence: [{ frame: 524, note: 'fault' }],
  advice: ['Set the blanket.'],
  fix: [{ text: 'Set the blanket.' }],
  occurrences: [{ label: 'Open', evidence: [{ frame: 524, note: 'fault' }], streams: [0], first: 524, last: 530 }],
  symptom: '0x800706BE (COMException)',
  atFault: { party: 'client', text: 'the client: an old runtime' },
  effect: 'The call did not run',
  references: [{ title: 'MS-RPCE', url: 'https://learn.microsoft.com/' }],
  streams: [0, 1],
  count: 2,
  executed: 'no',
  filter: 'frame.number == 525',
}

test('frames are numbered from one, and every part is there', () => {
  const text = findingMarkdown(finding, 'a.pcapng')
  for (const part of [
    '- frame 525: fault',
    '- Win32: `1825`',
    '- Set the blanket.',
    '**Your program showed:** 0x800706BE (COMException)',
    '**At fault:** the client: an old runtime',
    '**Effect:** The call did not run',
    '`frame.number == 525`',
    'Seen twice, on 2 connections.',
    '[MS-RPCE](https://learn.microsoft.com/)',
  ]) {
    expect(text).toContain(part)
  }
})

test('text from the capture stays text', () => {
  const text = findingMarkdown(finding, 'a.pcapng')
  expect(text).toContain('## CORP\\\\eve \\<script\\> was refused')
  expect(text).toContain('One call travelled under another name.')
})

test('a report numbers the frames of occurrences from one, as those of the evidence', () => {
  const { occurrences } = reportFinding(finding)
  expect(occurrences).toEqual([
    { label: 'Open', evidence: [{ frame: 525, note: 'fault' }], streams: [0], first: 525, last: 531 },
  ])
})
