// A method's own verdict: the last four bytes of its answer, read by the kind of status that its interface returns.
import { isProfinet, MANAGEMENT, NETDFS, NSPI } from '../../../names/well-known'
import { NONE } from '../../../capture/table'
import { Call, type Conversation, Outcome } from '../../../conversation/model'
import type { Names, ReturnKind } from '../../../names/names'

/** Codes that are no error: more to come, nothing left, part of the names mapped. MS-ERREF 2.1, 2.2, 2.3. */
const BENIGN: Record<ReturnKind, ReadonlySet<number>> = {
  hresult: new Set(),
  ntstatus: new Set([0x105, 0x107, 0x8000001a, 0x80000005, 0xc0000023]),
  win32: new Set([0x103, 0xea, 0x7a, 0x6f8, 0x3e5]),
}

/** Win32 codes are small; anything above is data that only happens to stand at the end. */
const WIN32_LIMIT = 0x4000

/**
 * Methods whose last four bytes are a truth value or a count: rpc__mgmt_is_server_listening (C706 appendix Q), NspiUnbind, which
 * returns 1 where it succeeds (MS-NSPI 3.1.4.2), NetrDfsManagerGetVersion, which returns a version (MS-DFSNM 3.1.4.1.2).
 */
const NO_STATUS = new Set([`${MANAGEMENT} 2`, `${NSPI} 1`, `${NETDFS} 0`])

/** True if the last four bytes of a method's answer are a status at all. */
export function returnsStatus(uuid: string, opnum: number): boolean {
  return !NO_STATUS.has(`${uuid} ${opnum}`) && !isProfinet(uuid)
}

/** True if a status says that the method failed, and looks like a status of that kind at all. */
export function isFailure(status: number, kind: ReturnKind): boolean {
  if (BENIGN[kind].has(status)) return false
  switch (kind) {
    case 'hresult':
      return isHresultFailure(status)
    case 'ntstatus':
      return status >>> 28 === 0xc
    case 'win32':
      return status < WIN32_LIMIT || isHresultFailure(status)
  }
}

/** The status with which a call was answered, where it says that the method failed. */
export function returnedFailure(
  { calls, interfaces }: Pick<Conversation, 'calls' | 'interfaces'>,
  names: Names,
  call: number,
): number | undefined {
  const status = calls.get(Call.Status, call)
  const uuid = interfaces[calls.get(Call.Interface, call)]
  if (status === 0 || status === NONE || uuid === undefined) return undefined
  if (calls.get(Call.Outcome, call) !== Outcome.Response || names.interfaceName(uuid) === undefined) return undefined
  const opnum = calls.get(Call.Opnum, call)
  const fails = isFailure(status, names.returnKind(uuid, opnum)) && returnsStatus(uuid, opnum)
  return fails ? status : undefined
}

/** Severity bit set, and a facility that is in use with COM: the rest of the word is taken for data. */
function isHresultFailure(status: number): boolean {
  const facility = (status >>> 16) & 0x1fff
  return status >>> 31 === 1 && (status & 0x60000000) === 0 && facility <= 0x50
}
