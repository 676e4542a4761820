// Terms of the field in a sentence each, for readers who do not know RPC; and where a text uses them.

const GLOSSARY: Readonly<Record<string, string>> = {
  activation: 'Creating a COM object on another computer.',
  alter_context: 'A message that agrees on a further interface or user on an open RPC connection.',
  AUTH3: 'The third message of an NTLM logon over RPC. It has no answer.',
  bind_nak: 'The message by which a server refuses the first message of an RPC connection.',
  'constrained delegation': 'The right of a service to use its caller’s identity towards some other services.',
  'context handle': 'What a server gives a client to name something that it keeps for it, such as an open service.',
  dcomcnfg: 'Component Services: the program of Windows for DCOM settings.',
  'endpoint mapper': 'The service on port 135 that tells clients on which port an interface listens.',
  'ephemeral ports': 'Ports that the system picks for the client’s side of connections.',
  'extended error information':
    'What the server adds to a fault to say where and why it arose, if its policy allows it.',
  FIN: 'The TCP segment by which one side ends a connection in order.',
  'first-chance exception': 'An exception that a debugger sees before the program handles it. It often harms nothing.',
  'header signing': 'Signing the headers of RPC messages too, not only their contents.',
  HRESULT: 'An error number of COM: 0x80070005 is error 5 of Win32.',
  IDL: 'Interface definition language: the text from which client and server are built.',
  KDC: 'Key distribution center: the service of a domain controller that issues Kerberos tickets.',
  MTU: 'The size of the largest packet that a path lets through.',
  'named pipe': 'A way to reach a service through SMB, on port 445.',
  NAT: 'Address translation: a device between puts its own address in place of the host’s.',
  NDR: 'Network data representation: how arguments of a call are encoded.',
  NTSTATUS: 'An error number of the Windows kernel and of SMB.',
  OXID: 'The number of a server process that holds COM objects.',
  'packet integrity': 'A level at which each message is signed, but not encrypted.',
  'packet privacy': 'The highest level: each message is signed and encrypted.',
  PDU: 'Protocol data unit: one message of RPC.',
  'presentation context': 'An interface and an encoding, agreed on for one connection.',
  'process token': 'The identity of the account that a process runs under.',
  'relative identifier': 'The last number of an account’s security identifier.',
  RST: 'The TCP segment that ends a connection at once.',
  'secure channel': 'The connection of a computer to its domain controller, under the computer’s own account.',
  'security blanket': 'Account, level and package that a COM proxy makes its calls with.',
  SPN: 'Service principal name: by which Kerberos knows a service, such as HOST/server1.',
  SPNEGO: 'The exchange in which client and server agree on Kerberos or NTLM.',
  SYN: 'The TCP segment that asks for a connection.',
  'thread token': 'The identity that a thread has taken on in place of its process’s.',
  UAC: 'User Account Control: it takes administrator rights from local accounts that log on over the network.',
  'zero window': 'A TCP receiver’s word that it has no room: the sender has to wait.',
}

/** Longer terms first: one may hold another. */
const TERMS = new RegExp(
  `(?<![\\w-])(${Object.keys(GLOSSARY)
    .toSorted((a, b) => b.length - a.length)
    .join('|')})(?![\\w-])`,
)

/** A part of a text; `means` explains it where it is a term. */
export interface Piece {
  text: string
  means?: string
}

/** A text in pieces: each term is explained once. */
export function explainedPieces(text: string): Piece[] {
  const seen = new Set<string>()
  const pieces: Piece[] = []
  for (const [index, part] of text.split(TERMS).entries()) {
    const means = index % 2 === 1 && !seen.has(part) ? GLOSSARY[part] : undefined
    seen.add(part)
    if (means !== undefined) pieces.push({ text: part, means })
    else if (part !== '') pieces.push({ text: part })
  }
  return pieces
}
