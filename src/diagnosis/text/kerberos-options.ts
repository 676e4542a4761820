// What a request for a ticket asks for beyond an ordinary ticket. RFC 4120 5.4.1; MS-SFU 2.2.3 (cname-in-addl-tkt).
import type { KerberosCode } from './kerberos-codes'

/** Options of a KDC request that KDCs refuse by a setting of their own, the most telling first. The first bit is the highest. */
const SPECIAL_OPTIONS: readonly (readonly [mask: number, asks: string, name: string])[] = [
  [0x02000000, 'a postdated ticket', 'postdated'],
  [0x00000001, 'the validation of a postdated ticket', 'validate'],
  [0x00000002, 'the renewal of a ticket', 'renew'],
  [0x20000000, 'a forwarded ticket', 'forwarded'],
  [0x08000000, 'a proxy ticket', 'proxy'],
  [0x00020000, 'a ticket by constrained delegation', 'cname-in-addl-tkt'],
  [0x00000008, 'a user-to-user ticket', 'enc-tkt-in-skey'],
  [0x04000000, 'a postdatable ticket', 'allow-postdate'],
]

export interface SpecialRequest {
  /** What it asks for, in words. */
  asks: string
  /** The option's name in RFC 4120 or MS-SFU. */
  option: string
}

/** What a request asks for beyond an ordinary ticket; undefined for an ordinary request. */
export function specialRequest(options: number | undefined): SpecialRequest | undefined {
  const special = SPECIAL_OPTIONS.find(([mask]) => ((options ?? 0) & mask) !== 0)
  return special && { asks: special[1], option: special[2] }
}

/** A refusal of a request that asks for more than an ordinary ticket: the KDC's settings for that option, not the account. */
export function refusedOption(code: KerberosCode, { asks, option }: SpecialRequest): KerberosCode {
  return {
    symbol: code.symbol,
    headline: () => `The KDC likely refuses ${asks}, not the user`,
    cause: `The request has the option ${option}: it asks for ${asks}. A KDC refuses such a request where its settings or the account do not allow the option. A restriction of the account is possible too.`,
    party: 'client',
    at: `the option ${option} of the request`,
    fix: [
      { text: `Ask for a ticket without the option ${option}. If the KDC gives it, the option was the cause.` },
      { text: 'If the program needs the option, allow it in the settings of the KDC and of the account.' },
    ],
    win32: code.win32,
    alone: code.alone,
    isInferred: true,
  }
}
