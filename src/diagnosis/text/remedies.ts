// What to do against a cause before a capture was taken: the first step, for the error look-up. A finding has steps with the capture's own values.

/** By rule, of the rules that an error or an event can lead to. */
export const remedies: Readonly<Record<string, string>> = {
  'access-denied': 'Give the account the right that the interface asks for, or call with an account that has it.',
  'activation-failed':
    'On the server, register the component in the bitness (32 or 64) that the client asks for, and check that its service starts.',
  'activation-refused':
    'On the server, add the account to the group Distributed COM Users, then check Launch and Activation Permissions in dcomcnfg.',
  'anonymous-logon': 'Run the client under an account that has network credentials, or pass it some.',
  'bad-stub-data': 'Build client and server from the same interface definition (IDL); update the older one.',
  'bind-refused':
    'Let the client use Negotiate or Kerberos, and check which policy of the server switches packages off.',
  'bind-unanswered': 'On the server, find the process that listens on the port and restart its service.',
  'call-rejected': 'Repeat the call after a pause; on the server, close the dialog that holds the application.',
  'cancelled-call': 'Find out which timeout of the client ended the call, and what the server did meanwhile.',
  'clock-skew': 'Set both clocks by the domain: w32tm /resync /rediscover; check the time zones.',
  'connection-lost': 'On the server, look in the event logs for a crash or restart at that moment (1000, 7031, 7034).',
  'dead-connection': 'Repeat the call over a new connection: it did not run. Then find out why the old one was closed.',
  'dynamic-port-blocked':
    'Allow TCP 49152 to 65535 to the server in the firewalls on the path, or give the service a fixed port.',
  'endpoint-not-registered': 'Start the service on the server, and check that the name leads to the right host.',
  hardening: 'Update the client, or raise its authentication level to packet integrity.',
  'identity-switch': 'Call CoSetProxyBlanket on every proxy, or run the program under the right account.',
  'idle-connection-dropped': 'Raise the idle timeout of the firewall for that port, or turn on TCP keep-alive.',
  'interface-not-offered': 'Check that the service runs in the version that the client needs, and list its endpoints.',
  'kerberos-fallback': 'Use the full DNS name of the server and register its SPN, so that Kerberos works.',
  'kerberos-refusal':
    'Check the user’s password, name and account state: events 4768 and 4771 of the domain controller have the reason.',
  'kerberos-wrong-server':
    'Register the SPN on the account that the service runs under, once only: setspn -X finds duplicates.',
  'level-too-low': 'Raise the authentication level of the client, to packet privacy if nothing less is accepted.',
  'logon-refused': 'Check user name, password and domain; event 4625 on the server says which is wrong.',
  'mtu-black-hole': 'Let ICMP “fragmentation needed” pass the firewalls, or lower the MTU of the path.',
  'name-not-resolved': 'Check the name with Resolve-DnsName and correct its record.',
  'no-transfer-syntax': 'Let the client offer NDR, the encoding that every Windows server knows.',
  'object-gone': 'Create the object again: the server process that held it has ended, or released it.',
  'package-refused': 'Compare the NTLM and Kerberos policies of both sides.',
  'peer-vanished': 'Check that the server and the path to it are up: ping, the switch, the VPN.',
  'pipe-died': 'On the server, find the service behind the pipe and why it ended (events 7031, 7034).',
  'port-refused': 'Start the service on the server, and check that it is the right host.',
  'port-unanswered':
    'Check that the server is on and that its firewall allows the port: Test-NetConnection SERVER -Port 135.',
  'protocol-error': 'Update the RPC library of the client.',
  'remote-token-filter': 'Use a domain account that is in the group Administrators of the server.',
  'server-fault': 'On the server, find the crash in the Application log (1000, 1026) and give a dump to the vendor.',
  'server-too-busy': 'Repeat the call after a pause; watch memory, handles and calls of the service’s process.',
  'slow-call': 'On the server, look at what the process waits for: processor, disk, locks, a domain controller.',
  'smb-abandoned':
    'Compare the SMB versions and signing of both sides: Get-SmbClientConfiguration, Get-SmbServerConfiguration.',
  'smb-session-refused': 'Check user name, password and domain, and old copies of the password: cmdkey /list.',
  'unknown-operation': 'Update the server, or use the client made for its version.',
  unreachable: 'Check the route to the server and the rules of the device that reports the error: tracert.',
  'verification-failed': 'Take devices that change bytes out of the path, and update the client’s library.',
  'wmi-error': 'Read events 5858 in Microsoft-Windows-WMI-Activity/Operational on the server: they name the operation.',
  'wrong-address': 'Remove the stale address from DNS, or make it reachable.',
}
