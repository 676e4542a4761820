// Steps of advice that several rules give, so that each is spelt once.
import type { FixStep } from '../finding'

export const EXTENDED_ERRORS =
  'Extended error information from the server puts the exact reason into the fault: Group Policy "Propagation of extended error information" (System, Remote Procedure Call), set to "On", then restart the server.'

export const LOGON_EVENTS: FixStep = {
  text: 'Look at the Security log of the server at that time: event 4625 is a failed logon (its sub-status names the reason), 4624 a good one. Samba: "log level = auth_audit:3".',
  copy: 'Get-WinEvent -FilterHashtable @{LogName="Security"; Id=4624,4625} -MaxEvents 20',
}

export const OLD_PASSWORDS: FixStep = {
  text: 'Look for old copies of the password: services, scheduled tasks, DCOM "run as" identities, Credential Manager.',
  copy: 'cmdkey /list',
}

export const NTLM_POLICY: FixStep = {
  text: 'Find the policy that blocks NTLM: events 4001 to 4004 and 8001 to 8004 in Microsoft-Windows-NTLM/Operational, and "Network security: Restrict NTLM"; members of Protected Users cannot use NTLM.',
}

export const USE_KERBEROS: FixStep = {
  text: 'Make Kerberos work: address the server by its full DNS name, register its SPN, and let the client reach a domain controller on port 88 (TCP and UDP).',
  copy: 'setspn -L HOST',
}

export const RAISE_TO_INTEGRITY: FixStep = {
  text: 'Raise the authentication level in the client to packet integrity or privacy: RPC_C_AUTHN_LEVEL_PKT_INTEGRITY in CoInitializeSecurity, CoSetProxyBlanket or RpcBindingSetAuthInfo; AuthenticationLevel.PacketPrivacy in System.Management.',
}
