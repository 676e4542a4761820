// What numbers are called: interfaces and methods, GUIDs, statuses. The tables are data/*.tsv (see build-tables.ts);
// the maker of a Names fetches them, so none of this is in the page's script.
import {
  EVENTLOG,
  IACTIVATION,
  ISYSTEM_ACTIVATOR,
  LSACAP,
  LSARPC,
  NETLOGON,
  SAMR,
  TASK_SCHEDULER_SERVICE,
} from './well-known'
import { errorMeanings, type ErrorMeaning } from './meanings'
import { SortedText } from './sorted-text'

export type { ErrorMeaning } from './meanings'

/** The texts of data/*.tsv, one member a file. */
export interface NameTables {
  interfaces: string
  guids: string
  win32: string
  hresult: string
  ntstatus: string
  protocol: string
}

/** A status by its name. `kind` is the table that knows it: `nca`, `win32`, `hresult`, `dcom`, `wbem`, `ntstatus`. */
export interface StatusName {
  kind: string
  symbol: string
  message: string
}

/** What a call returns where it returns a status: COM methods an HRESULT, others by their document. */
export type ReturnKind = 'hresult' | 'ntstatus' | 'win32'

interface Interface {
  version: string
  com: boolean
  name: string
  spec: string
  methods: string[]
}

const NAME_COLUMN = 3
const IUNKNOWN = ['QueryInterface', 'AddRef', 'Release']
/** Interfaces whose methods return an NTSTATUS: samr, lsarpc, netlogon (most of it), lsacap, eventlog. */
const RETURN_NTSTATUS = new Set([SAMR, LSARPC, NETLOGON, LSACAP, EVENTLOG])
/**
 * Operations of netlogon that return a Win32 code: the UAS logon, NetrGetDCName and NetrGetAnyDCName, NetrLogonControl*, the digests, NetrLogonGetTrustRid,
 * NetrLogonGetTimeServiceParentDomain, NetrEnumerateTrustedDomainsEx and Dsr* except for the last. MS-NRPC 3.5.4.
 */
const NETLOGON_WIN32 = new Set([0, 1, 11, 12, 13, 14, 18, 20, 23, 24, 25, 27, 28, 33, 34, 35, 36, 37, 38, 40, 41, 43])
/** RPC interfaces (not COM) whose methods return an HRESULT: ISystemActivator, IActivation, ITaskSchedulerService. */
const RETURN_HRESULT = new Set([ISYSTEM_ACTIVATOR, IACTIVATION, TASK_SCHEDULER_SERVICE])

/** Answers of the tables that are kept; a capture may ask for more. */
const MAX_KEPT = 4096

/** Every name the product knows. UUIDs may come in any case, with or without braces. */
export class Names {
  readonly #interfaces: SortedText
  readonly #guids: SortedText
  readonly #win32: SortedText
  readonly #hresult: SortedText
  readonly #ntstatus: SortedText
  readonly #protocol: SortedText
  #interfaceNames: Set<string> | undefined
  readonly #parsed = new Map<string, Interface[]>()
  /** Statuses that were asked for, by table and code. */
  readonly #statuses = new Map<SortedText, Map<number, readonly StatusName[]>>()

  private constructor(texts: NameTables) {
    this.#interfaces = new SortedText(texts.interfaces)
    this.#guids = new SortedText(texts.guids)
    this.#win32 = new SortedText(texts.win32)
    this.#hresult = new SortedText(texts.hresult)
    this.#ntstatus = new SortedText(texts.ntstatus)
    this.#protocol = new SortedText(texts.protocol)
  }

  static from(texts: NameTables): Names {
    return new Names(texts)
  }

  /** Name of an RPC or COM interface. `version` (`2.0`) distinguishes the few UUIDs that mean two interfaces. */
  interfaceName(uuid: string, version?: string): string | undefined {
    return this.#interface(uuid, version)?.name
  }

  /** Short name of the document that defines the interface, as `MS-WMI`. */
  interfaceSpec(uuid: string, version?: string): string | undefined {
    return this.#interface(uuid, version)?.spec || undefined
  }

  /** True for COM interfaces, whose calls begin with ORPCTHIS and whose answers end with an HRESULT. */
  isCom(uuid: string): boolean {
    return this.#interface(uuid)?.com ?? false
  }

  /** True if an interface has this name; `name` in lower case. */
  isInterfaceName(name: string): boolean {
    this.#interfaceNames ??= this.#interfaces.column(NAME_COLUMN, (cell) => cell.toLowerCase())
    return this.#interfaceNames.has(name)
  }

  method(uuid: string, opnum: number, version?: string): string | undefined {
    const known = this.#interface(uuid, version)
    if (!known) return undefined
    if (known.com && opnum < IUNKNOWN.length) return IUNKNOWN[opnum]
    const name = known.methods[known.com ? opnum - IUNKNOWN.length : opnum]
    return name === '-' || name === '' ? undefined : name
  }

  /** An IID, CLSID, category or other GUID by name; `kind` is `iid`, `clsid`, `catid`, `guid`, `ipid` or `rpc`. */
  guid(guid: string): { name: string; kind: string } | undefined {
    const [other] = this.#guids.find(keyOf(guid))
    if (other) return { kind: other[1]!, name: other[2]! }
    const known = this.#interface(guid)
    return known && { kind: known.com ? 'iid' : 'rpc', name: known.name }
  }

  /** A fault's status: an nca code, a Win32 code, an HRESULT or an NTSTATUS, tried in this order. */
  statusName(code: number): StatusName | undefined {
    return this.#status(this.#protocol, code, 'nca') ?? this.returnName(code, 'win32')
  }

  /** The standard name of an error of Kerberos. RFC 4120 7.5.9. */
  kerberosError(code: number): StatusName | undefined {
    return this.#status(this.#protocol, code, 'kerberos')
  }

  /** What a method of the interface returns in its last four bytes, where that is a status at all. */
  returnKind(uuid: string, opnum?: number): ReturnKind {
    const key = keyOf(uuid)
    if (key === NETLOGON && opnum !== undefined && NETLOGON_WIN32.has(opnum)) return 'win32'
    if (RETURN_NTSTATUS.has(key)) return 'ntstatus'
    return RETURN_HRESULT.has(key) || this.isCom(key) ? 'hresult' : 'win32'
  }

  /** A status that a method returned: by the table of its kind first, then by the others. */
  returnName(code: number, kind: ReturnKind): StatusName | undefined {
    const win32 = () => this.#status(this.#win32, code)
    const hresult = () => this.#hresultName(code)
    const ntstatus = () => this.#status(this.#ntstatus, code)
    switch (kind) {
      case 'win32':
        return win32() ?? hresult() ?? ntstatus()
      case 'hresult':
        return hresult() ?? win32() ?? ntstatus()
      case 'ntstatus':
        return ntstatus() ?? hresult() ?? win32()
    }
  }

  /** Everything a code may mean, or every code whose symbol or text matches: the error look-up box. */
  meanings(text: string): ErrorMeaning[] {
    return errorMeanings(text, [this.#win32, this.#hresult, this.#ntstatus, this.#protocol])
  }

  #hresultName(code: number): StatusName | undefined {
    const own = this.#status(this.#hresult, code)
    if (own) return own
    if (code >>> 16 === 0x8007) return this.#status(this.#win32, code & 0xffff)
    return (code & 0x10000000) !== 0 ? this.#status(this.#ntstatus, (code & ~0x10000000) >>> 0) : undefined
  }

  #status(table: SortedText, code: number, only?: string): StatusName | undefined {
    const known = this.#statusesOf(table, code >>> 0)
    return only === undefined ? known[0] : known.find(({ kind }) => kind === only)
  }

  #statusesOf(table: SortedText, code: number): readonly StatusName[] {
    let kept = this.#statuses.get(table)
    if (!kept || kept.size >= MAX_KEPT) this.#statuses.set(table, (kept = new Map<number, readonly StatusName[]>()))
    let known = kept.get(code)
    if (!known) {
      const rows = table.find(code.toString(16).padStart(8, '0'))
      known = rows.map(([, kind, symbol, message]) => ({ kind: kind!, symbol: symbol!, message: message! }))
      kept.set(code, known)
    }
    return known
  }

  #interface(uuid: string, version?: string): Interface | undefined {
    let known = this.#parsed.get(uuid)
    if (!known) {
      if (this.#parsed.size >= MAX_KEPT) this.#parsed.clear()
      known = this.#interfaces.find(keyOf(uuid)).map(parseInterface)
      this.#parsed.set(uuid, known)
    }
    if (version === undefined) return known[0]
    return known.find((one) => one.version === version) ?? known[0]
  }
}

function parseInterface(cells: string[]): Interface {
  const [, version = '', kind, name = '', spec = '', methods = ''] = cells
  return { version, com: kind === 'com', name, spec, methods: methods.split(' ') }
}

function keyOf(uuid: string): string {
  return uuid.toLowerCase().replace(/^\{(.*)\}$/, '$1')
}
