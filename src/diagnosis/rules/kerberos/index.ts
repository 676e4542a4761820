// Clocks, tickets and keys: causes that lie before RPC begins. In the order in which they run.
import { clockSkew } from './clock-skew'
import { kdcUnreachable } from './kdc-unreachable'
import { kerberosFallback } from './kerberos-fallback'
import { kerberosRefusal } from './kerberos-refusal'
import { kerberosWrongServer } from './kerberos-wrong-server'
import type { Rule } from '../../rule'

export const kerberosRules: readonly Rule[] = [
  clockSkew,
  kerberosWrongServer,
  kerberosRefusal,
  kdcUnreachable,
  kerberosFallback,
]
