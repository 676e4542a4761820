import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import type { Finding } from '../diagnosis/finding'
import { claimsOf, unbackedClaims, unfinished, uncoveringFilters } from './claims'
import { opened } from './diagnose'
import { realCaptures } from './real-captures'
import { TSHARK_TIMEOUT } from './tshark'

const folder = new URL('../../../shared/captures/', import.meta.url)
const MOST = 3

/** A capture's bytes, unpacked; undefined where it is not beside the project. */
function bytesOf(file: string): Uint8Array<ArrayBuffer> | undefined {
  const path = fileURLToPath(new URL(file, folder))
  if (!existsSync(path)) return undefined
  const bytes = new Uint8Array(readFileSync(path))
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? new Uint8Array(gunzipSync(bytes)) : bytes
}

/** What is wrong in a capture, by rule: errors and warnings that no other finding explains. */
function wrong(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ kind, severity, mutedBy }) => kind === 'finding' && severity !== 'note' && mutedBy === undefined)
    .map(({ rule }) => rule)
}

const missing = realCaptures.filter(({ file }) => !existsSync(new URL(file, folder)))
if (missing.length > 0) console.log(`Skipped, not beside the project: ${missing.map(({ file }) => file).join(', ')}`)

describe.each(realCaptures)('$file: $truth', ({ file, first = [], severity, healthy, never = [] }) => {
  const bytes = bytesOf(file)

  test.skipIf(!bytes)(
    'is diagnosed as its packets show, with frames that back what is claimed',
    async () => {
      const open = await opened(bytes!)
      const { findings } = open
      expect(findings.slice(0, MOST).map(({ rule }) => rule)).toEqual(expect.arrayContaining([...first]))
      if (severity) expect(findings[0]!.severity).toBe(severity)
      if (healthy) expect(wrong(findings)).toEqual([])
      expect(wrong(findings).filter((rule) => never.includes(rule))).toEqual([])
      expect(await unbackedClaims(open, findings)).toEqual([])
      expect(unfinished(findings)).toEqual([])
      const failures = findings.filter((finding) => finding.kind === 'finding' && finding.severity !== 'note')
      expect(await uncoveringFilters(open, failures, bytes!)).toEqual([])
    },
    TSHARK_TIMEOUT,
  )
})

test('claims are found in titles', () => {
  expect(claimsOf('port 49154 of CORP\\admin failed with 0x00000005 in samr::SamrConnect at 10.0.0.6')).toEqual([
    '10.0.0.6',
    '49154',
    '0x00000005',
    'admin',
    'SamrConnect',
  ])
})
