// Refreshers of WMI: instances that a client reads again and again, such as performance counters. MS-WMI 3.1.4.12, 3.1.4.13.
import { ARGUMENTS } from '../../names/field-labels'
import { keep, type Method, type Methods, narrowText, number, type Parameter, text } from '../parameter'
import { named } from '../show'
import { context, flags, hresult, pointer, reference } from './wmi'

/** WBEM_REFRESH_TYPE. MS-WMI 2.2.24. */
enum RefreshType {
  Invalid = 0,
  Remote = 3,
  NotFast = 6,
}

const REFRESH_TYPES: Readonly<Record<number, string>> = {
  [RefreshType.Invalid]: 'none',
  [RefreshType.Remote]: 'remote refresher',
  [RefreshType.NotFast]: 'by enumeration',
}
/** WBEM_INSTANCE_BLOB_TYPE. MS-WMI 2.2.17. */
const BLOB_TYPES: Readonly<Record<number, string>> = { 2: 'one instance', 3: 'error', 4: 'instances of a class' }
const INSTANCES = 4
/** Version and count of a WBEM_INSTANCE_BLOB. MS-WMI 2.2.16. */
const INSTANCES_HEAD = 8

/** _WBEM_REFRESHER_ID: who refreshes. MS-WMI 2.2.21. */
const refresher: Parameter = (ndr, found) => {
  ndr.alignToPointer()
  const isNamed = ndr.pointer()
  ndr.u32('Process')
  ndr.uuid('Refresher')
  if (isNamed) narrowText('Client')(ndr, found)
}

/** _WBEM_REFRESH_INFO: the refresher that serves the object, and the object with its values unset. MS-WMI 2.2.20 to 2.2.26. */
const information: Parameter = (ndr, found) => {
  ndr.alignToPointer()
  const type: RefreshType | undefined = ndr.u32('Refreshed', named(REFRESH_TYPES))
  ndr.alignToPointer()
  ndr.u32()
  ndr.alignToPointer()
  let present: (boolean | undefined)[] = []
  if (type === RefreshType.Remote) {
    present = [ndr.pointer(), ndr.pointer()]
    ndr.uuid('Remote refresher')
  } else if (type === RefreshType.NotFast) present = [ndr.pointer(), ndr.pointer()]
  else ndr.u32()
  ndr.u32('Cancel ID')
  if (present[0]) (type === RefreshType.Remote ? reference('Refresher') : text(ARGUMENTS.namespace))(ndr, found)
  if (present[1]) reference(ARGUMENTS.object)(ndr, found)
}

const version = number('Refresher version')

function added(what: Parameter): Method {
  return { request: [refresher, what, flags, context, version], response: [information, version, hresult] }
}

export const wbemRefreshingServices: Methods = {
  3: added(text(ARGUMENTS.object)),
  4: added(pointer(ARGUMENTS.object)),
  5: added(text(ARGUMENTS.class)),
  6: { request: [refresher, number('Cancel ID'), flags, version], response: [version, hresult] },
  7: {
    request: [refresher, flags, version],
    response: [pointer('Refresher'), (ndr) => void ndr.uuid('Remote refresher'), version, hresult],
  },
}

/** WBEM_REFRESHED_OBJECT by pointer and count: values that only the template of each request gives names to. MS-WMI 2.2.15. */
const refreshed: Parameter = (ndr, found) => {
  if (!ndr.pointer()) return
  ndr.alignToPointer()
  const count = ndr.count() ?? 0
  const kinds: number[] = []
  for (let i = 0; i < count && ndr.from.left > 0; i++) {
    ndr.alignToPointer()
    ndr.u32('Cancel ID')
    const type = ndr.u32('Holds', named(BLOB_TYPES)) ?? 0
    ndr.u32('Bytes')
    if (ndr.pointer()) kinds.push(type)
  }
  for (let i = 0; i < kinds.length && ndr.from.left > 0; i++) {
    ndr.alignToPointer()
    const blob = ndr.from.part(ndr.count() ?? 0)
    if (kinds[i] !== INSTANCES || blob.left < INSTANCES_HEAD) continue
    blob.u32('Version')
    keep(found, 'Instances', String(blob.u32('Instances') ?? 0))
  }
}

export const wbemRemoteRefresher: Methods = {
  3: { request: [flags], response: [number('Refreshed objects'), refreshed, hresult] },
  4: {
    request: [
      number('Count'),
      (ndr) => {
        const count = ndr.count() ?? 0
        for (let i = 0; i < count && ndr.from.left > 0; i++) ndr.u32('Cancel ID')
      },
      flags,
    ],
    response: [hresult],
  },
}
