// What a KDC's error says: the cause in words, who has to act, and what to do. RFC 4120 7.5.9, RFC 4556 3.1.3, MS-KILE 3.3.5,
// draft-ietf-kitten-iakerb (85, 86).
import type { FixStep, Party } from '../finding'
import { references } from './references'

/** What a KDC refused: a logon (AS exchange) or a ticket for a service (TGS exchange). */
type Exchange = 'AS' | 'TGS'

/** Whom and what an error is about, for its texts. */
export interface KerberosNames {
  /** The user, or words for one who is not named. */
  user: string
  /** `service/host`, or words. */
  service: string
  /** True if the client offered no AES; undefined where its offer is not in the capture. */
  offersNoAes?: boolean | undefined
}

export interface KerberosCode {
  symbol: string
  /** The cause in at most twelve words. */
  headline: (names: KerberosNames, exchange: Exchange | undefined) => string
  cause: string
  /** True where the KDC may have refused an option of the request rather than the account. */
  meansOptions?: boolean | undefined
  /** True where the headline says what is only likely. */
  isInferred?: boolean | undefined
  party: Party
  at: string
  fix: FixStep[]
  win32: number
  /** Severity of a refused service ticket without a visible consequence; errors of a logon are judged by what follows. */
  alone: 'error' | 'warning' | 'note'
  /** True where clients usually go on with NTLM. */
  needsNtlm?: boolean | undefined
}

const AES: FixStep = {
  text: 'Give the account AES keys: set msDS-SupportedEncryptionTypes to 24 (AES128 and AES256) and reset its password twice.',
  copy: 'Set-ADUser NAME -KerberosEncryptionType AES128,AES256',
}

/** With IAKERB the server speaks to the KDC for a client that reaches none. */
function relayFailed(symbol: string, headline: string): KerberosCode {
  return {
    symbol,
    headline: () => headline,
    cause:
      'The client has no way to a domain controller and logs on through the server (IAKERB); the server could not pass the request on.',
    party: 'server',
    at: 'the way from the server to a domain controller of the client’s realm',
    fix: [
      {
        text: 'On the server, see if a domain controller of that realm is found and answers.',
        copy: 'nltest /dsgetdc:DOMAIN /force',
      },
    ],
    win32: 1311,
    alone: 'error',
  }
}

export const KERBEROS_CODES: Readonly<Record<number, KerberosCode>> = {
  1: {
    symbol: 'KDC_ERR_NAME_EXP',
    headline: ({ user }) => `The account ${user} has expired`,
    cause: 'The KDC knows the account, and its date of expiry has passed.',
    party: 'account',
    at: 'the expiry date of the account',
    fix: [{ text: 'Set a later date of expiry, or none.', copy: 'Set-ADAccountExpiration NAME -DateTime DATE' }],
    win32: 1793,
    alone: 'warning',
  },
  6: {
    symbol: 'KDC_ERR_C_PRINCIPAL_UNKNOWN',
    headline: ({ user }) => `The domain does not know the user ${user}`,
    cause: 'The KDC has no account of this name in the realm that was asked.',
    party: 'account',
    at: 'the user name or the realm',
    fix: [{ text: 'Check the spelling of the user name and the domain (realm) that it is looked up in.' }],
    win32: 1317,
    alone: 'warning',
  },
  7: {
    symbol: 'KDC_ERR_S_PRINCIPAL_UNKNOWN',
    headline: ({ service }) => `No account has the service name ${service}`,
    cause:
      'The KDC finds no account with this service principal name (SPN), so it cannot make a ticket. An IP address has no SPN. Samba’s KDC gives the same answer where two accounts have the SPN.',
    party: 'configuration',
    at: 'the service principal name (SPN), not the file or RPC server',
    fix: [
      { text: 'Find out which name the client uses; address the server by its full DNS name.' },
      {
        text: 'Register the missing SPN for the account that runs the service.',
        copy: 'setspn -S SERVICE/HOST ACCOUNT',
      },
    ],
    win32: 1396,
    alone: 'note',
    needsNtlm: true,
  },
  8: {
    symbol: 'KDC_ERR_PRINCIPAL_NOT_UNIQUE',
    headline: ({ service }) => `Two accounts have the service name ${service}`,
    cause: 'The SPN is registered for more than one account, so the KDC cannot tell which key to use.',
    party: 'configuration',
    at: 'the directory: a duplicate SPN',
    fix: [
      { text: 'List duplicate SPNs.', copy: 'setspn -X -F' },
      {
        text: 'Remove the SPN from the account that does not run the service.',
        copy: 'setspn -D SERVICE/HOST ACCOUNT',
      },
      {
        text: 'Event 11 of Kerberos-Key-Distribution-Center in the System log of the domain controller names both accounts.',
      },
    ],
    win32: 1326,
    alone: 'error',
    needsNtlm: true,
  },
  12: {
    symbol: 'KDC_ERR_POLICY',
    headline: ({ user }, exchange) =>
      exchange === 'TGS'
        ? 'A policy of the domain forbids the ticket'
        : `A policy of the domain forbids the logon of ${user}`,
    cause:
      'The account is good, but a restriction (logon hours, allowed computers, authentication policy) forbids this request.',
    meansOptions: true,
    party: 'account',
    at: 'a restriction of the account',
    fix: [
      { text: 'Check "Logon Hours" and "Log On To" of the account, and authentication policies and silos.' },
      { text: 'Events 4768 and 4769 in the Security log of the domain controller hold the failure code.' },
    ],
    win32: 1327,
    alone: 'warning',
  },
  13: {
    symbol: 'KDC_ERR_BADOPTION',
    headline: ({ service }) => `The KDC refused delegation or an option for ${service}`,
    cause:
      'The KDC cannot do what the request asks for: most often constrained delegation that is not allowed for this service, or a ticket that may not be renewed or forwarded.',
    party: 'configuration',
    at: 'delegation settings of the service account',
    fix: [
      {
        text: 'Check the tab Delegation of the account that asks, and "Account is sensitive and cannot be delegated" and Protected Users of the user.',
      },
      {
        text: 'For resource-based delegation check the target computer.',
        copy: 'Get-ADComputer HOST -Properties PrincipalsAllowedToDelegateToAccount',
      },
    ],
    win32: 1327,
    alone: 'note',
  },
  14: {
    symbol: 'KDC_ERR_ETYPE_NOSUPP',
    headline: ({ user, service, offersNoAes }, exchange) => {
      const account = exchange === 'TGS' ? service : user
      return offersNoAes === true
        ? `The client offers no AES for ${account}, and the KDC refuses`
        : `The account ${account} likely has no AES key`
    },
    cause:
      'Client, KDC and account have no encryption type in common. Domain controllers phase RC4 out (CVE-2026-20833, KB5073381): audit events 201 to 209 since January 2026, AES only by default for accounts without a setting of their own since April 2026, no way back (RC4DefaultDisablementPhase) since July 2026. An account without AES keys then gets no ticket.',
    party: 'account',
    at: 'the account’s encryption types',
    fix: [
      AES,
      {
        text: 'Compare the types that the client offers (in the request) with the policy "Network security: Configure encryption types allowed for Kerberos" on client and domain controllers.',
      },
      {
        text: 'Events 201 to 209 of Kdcsvc in the System log of the domain controller name the account (updates of January 2026 and later).',
        url: references.kerberosRc4.url,
      },
    ],
    win32: 1326,
    alone: 'note',
    needsNtlm: true,
  },
  18: {
    symbol: 'KDC_ERR_CLIENT_REVOKED',
    headline: ({ user }) => `The account ${user} is disabled, locked, expired or outside its logon hours`,
    cause: 'The KDC knows the account and refuses it: it is disabled, locked out, expired, or outside its logon hours.',
    party: 'account',
    at: 'the state of the account',
    fix: [
      {
        text: 'See which it is.',
        copy: 'Get-ADUser NAME -Properties Enabled,LockedOut,AccountExpirationDate,LogonHours',
      },
      { text: 'If it is locked out, event 4740 on the PDC emulator names the computer that locks it.' },
    ],
    win32: 1331,
    alone: 'warning',
  },
  20: {
    symbol: 'KDC_ERR_TGT_REVOKED',
    headline: () => 'The domain controller no longer accepts the ticket-granting ticket',
    cause:
      'The KDC does not accept the ticket-granting ticket: its PAC does not hold what the domain controllers require (a requestor since October 2022, KB5008380; a signature of its own since October 2023, KB5020805; PAC validation of April 2024, with no way back since April 2025, KB5037754), it was issued by a read-only domain controller, or krbtgt was reset.',
    party: 'configuration',
    at: 'the ticket-granting ticket and the domain controllers’ PAC validation',
    fix: [
      { text: 'Get new tickets: log off and on, or purge them.', copy: 'klist purge' },
      {
        text: 'Bring all domain controllers to the same update level; events 35 to 37 of Kerberos-Key-Distribution-Center (System log) name tickets without a PAC, or with one that is not complete.',
      },
    ],
    win32: 1326,
    alone: 'error',
  },
  23: {
    symbol: 'KDC_ERR_KEY_EXPIRED',
    headline: ({ user }) => `The password of ${user} has expired`,
    cause: 'The password has expired or must be changed before the first logon.',
    party: 'account',
    at: 'the password’s age',
    fix: [{ text: 'Set a new password; for a service consider a group managed service account.' }],
    win32: 1330,
    alone: 'warning',
  },
  24: {
    symbol: 'KDC_ERR_PREAUTH_FAILED',
    headline: ({ user }) => `The password of ${user} is wrong`,
    cause: 'The KDC could not decrypt the proof that the client made from the password.',
    party: 'account',
    at: 'the password (or the key in a keytab)',
    fix: [
      {
        text: 'Enter the right password. Services, tasks and Credential Manager keep old copies.',
        copy: 'cmdkey /list',
      },
      {
        text: 'For a keytab compare its key version number with the account’s and export it again.',
        copy: 'klist -k -e FILE',
      },
    ],
    win32: 1326,
    alone: 'warning',
  },
  26: {
    symbol: 'KDC_ERR_SERVER_NOMATCH',
    headline: ({ service }) => `The ticket does not belong to ${service}`,
    cause:
      'Requested server and ticket do not match: user-to-user or delegation was asked for with the ticket of another service.',
    party: 'client',
    at: 'the client’s request',
    fix: [
      {
        text: 'Purge the tickets of client and service, and check the SPN that the client asks for.',
        copy: 'klist purge',
      },
    ],
    win32: 1326,
    alone: 'warning',
  },
  29: {
    symbol: 'KDC_ERR_SVC_UNAVAILABLE',
    headline: () => 'The domain controller cannot answer Kerberos requests now',
    cause:
      'The KDC service is there but cannot serve: the domain controller is starting or stopping, or reaches none that it must ask.',
    party: 'server',
    at: 'the domain controller',
    fix: [
      { text: 'Check the KDC service and the replication of this domain controller.', copy: 'dcdiag /v' },
      { text: 'Point the client to another domain controller meanwhile.', copy: 'nltest /dsgetdc:DOMAIN /force' },
    ],
    win32: 1311,
    alone: 'warning',
  },
  31: {
    symbol: 'KRB_AP_ERR_BAD_INTEGRITY',
    headline: ({ user, service }, exchange) =>
      exchange === 'AS'
        ? `The password of ${user} is likely wrong`
        : `The KDC could not decrypt the request for ${service}`,
    cause:
      'The KDC could not decrypt what the client encrypted: in a logon the client used another password or key than the account has. Some KDCs answer KDC_ERR_PREAUTH_FAILED instead.',
    party: 'account',
    at: 'the password, or the key in a keytab',
    fix: [
      {
        text: 'Check the password; where a keytab is used, make it again after each change of the password (klist -k shows its key version).',
      },
    ],
    win32: 1326,
    alone: 'warning',
  },
  32: {
    symbol: 'KRB_AP_ERR_TKT_EXPIRED',
    headline: () => 'The Kerberos ticket of the client has expired',
    cause: 'The client showed a ticket whose time is over, and it did not get a new one.',
    party: 'client',
    at: 'the client’s ticket cache',
    fix: [
      { text: 'Get a new ticket: log on again, or on Linux run kinit.', copy: 'kinit USER@REALM' },
      { text: 'Let a service renew its tickets (k5start, gssproxy, a keytab).' },
    ],
    win32: 1326,
    alone: 'error',
  },
  52: {
    symbol: 'KRB_ERR_RESPONSE_TOO_BIG',
    headline: () => 'The KDC needs TCP for this ticket, and TCP port 88 fails',
    cause:
      'The answer does not fit into a datagram; the client must ask again over TCP port 88, and no such connection got through.',
    party: 'network',
    at: 'TCP port 88 between client and domain controller',
    fix: [
      { text: 'Allow TCP port 88 from the client to the domain controllers.', copy: 'Test-NetConnection DC -Port 88' },
    ],
    win32: 1311,
    alone: 'error',
  },
  60: {
    symbol: 'KRB_ERR_GENERIC',
    headline: () => 'The domain controller refused the Kerberos request without a reason',
    cause: 'KRB_ERR_GENERIC says only that the KDC failed; the reason is in its log.',
    party: 'server',
    at: 'the domain controller',
    fix: [
      {
        text: 'Look at the System and Security logs of the domain controller for the time of the frame (events 4768, 4769).',
      },
    ],
    win32: 1326,
    alone: 'warning',
  },
  66: {
    symbol: 'KDC_ERR_CERTIFICATE_MISMATCH',
    headline: ({ user }) => `The certificate does not map to the account ${user}`,
    cause:
      'The certificate of a smart card or device has no strong mapping to the account. Domain controllers refuse weak mappings since February 2025; the compatibility mode ended in September 2025 (KB5014754).',
    party: 'configuration',
    at: 'the certificate mapping',
    fix: [
      {
        text: 'Issue certificates with the SID extension (1.3.6.1.4.1.311.25.2), or set altSecurityIdentities with a strong mapping (X509IssuerSerialNumber, X509SKI or X509SHA1PublicKey).',
      },
      {
        text: 'Events 39, 40, 41 of Kerberos-Key-Distribution-Center on the domain controller name the certificate.',
        url: references.certificateMapping.url,
      },
    ],
    win32: 1326,
    alone: 'error',
  },
  68: {
    symbol: 'KDC_ERR_WRONG_REALM',
    headline: ({ user }) => `The account ${user} belongs to another realm`,
    cause: 'The KDC refers the client to another realm, and nothing shows that it went there.',
    party: 'configuration',
    at: 'the realm that the client uses',
    fix: [
      { text: 'Check the realm in the user name and the trusts between the domains.', copy: 'nltest /domain_trusts' },
    ],
    win32: 1326,
    alone: 'note',
  },
  85: relayFailed('KRB_AP_ERR_IAKERB_KDC_NOT_FOUND', 'The server finds no domain controller for the client’s logon'),
  86: relayFailed('KRB_AP_ERR_IAKERB_KDC_NO_RESPONSE', 'No domain controller answers the server that relays the logon'),
}

/** What an error without a text of its own comes to: its standard name is all that is known. */
export function otherKerberosCode({ symbol, message }: { symbol: string; message: string }): KerberosCode {
  return {
    symbol,
    headline: ({ user, service }, exchange) =>
      exchange === 'AS'
        ? `The KDC refused the logon of ${user}: ${symbol}`
        : `The KDC refused a ticket for ${service}: ${symbol}`,
    cause: `The standard describes the error as: ${message}.`,
    party: 'client',
    at: 'likely the client’s Kerberos library, or the settings of the KDC',
    fix: [
      {
        text: 'Events 4768 and 4769 in the Security log of the domain controller, or the log of the KDC, hold the same failure with its reason.',
      },
      {
        text: 'Ask for the same ticket with the tools of the system; if that works, update the library that the program uses.',
        copy: 'klist get SERVICE/HOST',
      },
    ],
    win32: 1326,
    alone: 'warning',
  }
}
