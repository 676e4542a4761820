// Stubs of described methods for tests, each with what its arguments say.
import {
  ATSVC,
  DRSUAPI,
  IDISPATCH,
  IREMOTE_WINSPOOL,
  IWBEM_LEVEL1_LOGIN,
  IWBEM_LOGIN_CLIENT_ID,
  IWBEM_SERVICES,
  IWBEM_WCO_SMART_ENUM,
  LSARPC,
  NETLOGON,
  SAMR,
  SPOOLSS,
  SRVSVC,
  SVCCTL,
  TASK_SCHEDULER_SERVICE,
  WINREG,
  WKSSVC,
} from '../names/well-known'
import type { StubMethod } from './arguments'
import { bytesOf, littleOf, utf16Of } from './testing'

/** ORPCTHIS of COM 5.7 without extensions, as Windows clients send it. */
const THIS = '0500 0700 00000000 00000000 0fcf90624599334d9c11e2de501b35f6 00000000'
const HANDLE = '00000000 c255930e0aaf2c45910fe56e9bc0f915'
const POINTER = '00000200'

/** Characters with a zero, and padding to four bytes. */
const characters = (text: string) => `${utf16Of(text)}0000${text.length % 2 ? '' : '0000'}`
/** A conformant varying string. */
const string = (text: string) =>
  `${littleOf(text.length + 1, 4)}00000000${littleOf(text.length + 1, 4)}${characters(text)}`
/** What an RPC_UNICODE_STRING is before its characters. */
const counted = (text: string) => `${littleOf(text.length * 2, 2)}${littleOf(text.length * 2 + 2, 2)}${POINTER}`
/** A BSTR as Windows marshals it: its pointer spells `User`. */
const basic = (text: string) =>
  `55736572${littleOf(text.length, 4)}${littleOf(text.length * 2, 4)}${littleOf(text.length, 4)}` +
  `${utf16Of(text)}${text.length % 2 ? '0000' : ''}`

/** A stub, and what its arguments say. */
export interface Sample {
  name: string
  method: StubMethod
  stub: Uint8Array
  says: Record<string, string>
}

function sample(
  name: string,
  [uuid, opnum]: readonly [uuid: string, opnum: number],
  stub: string,
  says: Record<string, string>,
  { answer = false, wide = false } = {},
): Sample {
  return { name, method: { interface: uuid, opnum, answer, wide }, stub: bytesOf(stub), says }
}

const wide = { wide: true }
const answer = { answer: true }

/** As real clients and servers sent them. */
export const RECORDED: Sample[] = [
  sample(
    'OpenSCManagerW; the junk between a string and the next pointer is padding',
    [SVCCTL, 15],
    `b4600000 06000000 00000000 06000000 440055004d004d0059000000
     347d0000 0f000000 00000000 0f000000 530065007200760069006300650073004100630074006900760065000000 bfbf 3f000000`,
    { Machine: 'DUMMY', Database: 'ServicesActive', Access: '0x0000003f' },
  ),
  sample(
    'CreateServiceWOW64W',
    [SVCCTL, 45],
    `${HANDLE}
     09000000 00000000 09000000 50005300450058004500530056004300 0000 0000
     00000200 09000000 00000000 09000000 50005300450058004500530056004300 0000 0000
     ff010f00 10000000 03000000 00000000
     1a000000 00000000 1a000000
     2500530079007300740065006d0052006f006f00740025005c00500053004500580045005300560043002e006500780065000000
     00000000 00000000 00000000 00000000 00000000 00000000 00000000`,
    {
      Service: 'PSEXESVC',
      'Display name': 'PSEXESVC',
      Access: '0x000f01ff',
      Type: '0x00000010 own process',
      Start: 'on demand (3)',
      'Error control': '0',
      'Binary path': '%SystemRoot%\\PSEXESVC.exe',
      'Dependency bytes': '0',
    },
  ),
  sample(
    'QueryServiceStatus: the service starts',
    [SVCCTL, 6],
    '10000000 02000000 00000000 00000000 00000000 01000000 b80b0000 00000000',
    {
      Type: '0x00000010 own process',
      State: 'start pending (2)',
      'Controls accepted': '0x00000000',
      'Win32 exit code': '0',
      'Service exit code': '0',
      Checkpoint: '1',
      'Wait hint (ms)': '3000',
    },
    answer,
  ),
  sample(
    'SamrConnect5 in NDR64',
    [SAMR, 64],
    `0000020000000000 1400000000000000 0000000000000000 1400000000000000
     5c005c004400430031002e0063006f006e0074006f0073006f002e006c006f00630061006c000000
     30000000 01000000 01000000 03000000 00000000`,
    { Server: '\\\\DC1.contoso.local', Access: '0x00000030' },
    wide,
  ),
  sample(
    'SamrOpenDomain in NDR64',
    [SAMR, 7],
    `000000006b286c73460fed43b222fbf8b7305709 00020000
     0400000000000000 01 04 000000000005 15000000 dabd392d 369415ba 583d52dd`,
    { Access: '0x00000200', SID: 'S-1-5-21-758758874-3121976374-3713154392' },
    wide,
  ),
  sample(
    'SamrLookupNamesInDomain in NDR64',
    [SAMR, 17],
    `000000002da9713e22e7e044ba99f6dea8165613 01000000
     e803000000000000 0000000000000000 0100000000000000
     0a00 0c00 00000000 0000020000000000
     0600000000000000 0000000000000000 0500000000000000 72006f006e0068006400`,
    { Names: '1', Account: 'ronhd' },
    wide,
  ),
  sample(
    'SamrGetAliasMembership in NDR64',
    [SAMR, 16],
    `00000000c1affffe4a838f4a9e0b10c3bb0f54d7 00000000
     0200000000000000 0000020000000000
     0200000000000000 0000020000000000 0000020000000000
     0500000000000000 01 05 000000000005 15000000 dabd392d 369415ba 583d52dd 56040000 00000000
     0200000000000000 01 02 000000000005 20000000 21020000`,
    { SID: 'S-1-5-21-758758874-3121976374-3713154392-1110, S-1-5-32-545' },
    wide,
  ),
  sample(
    'LsarOpenPolicy2 in NDR64',
    [LSARPC, 44],
    `0000020000000000 1200000000000000 0000000000000000 1200000000000000
     4400430031002e0063006f006e0074006f0073006f002e006c006f00630061006c000000
     00000000 3000000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000
     01080200`,
    { Server: 'DC1.contoso.local', Access: '0x00020801' },
    wide,
  ),
  sample(
    'LsarLookupNames3 in NDR64',
    [LSARPC, 68],
    `0000000075a3aa314b586b49bf54872d7e532d5a 01000000
     0100000000000000 1a00 1c00 00000000 0000020000000000
     0e00000000000000 0000000000000000 0d00000000000000 43004f004e0054004f0053004f005c0072006f006e0068006400`,
    { Names: '1', Account: 'CONTOSO\\ronhd' },
    wide,
  ),
  sample(
    'NetrServerAuthenticate3',
    [NETLOGON, 26],
    `00000200 ${string('\\\\obed.s4.howto.abartlet.net')}
     0c000000 00000000 0c000000 570049004e0044004f005700530037002d00330024000000
     0200 0000
     0b000000 00000000 0b000000 570049004e0044004f005700530037002d0033000000
     9850f1913822278f 0000 ffff2f61`,
    {
      Server: '\\\\obed.s4.howto.abartlet.net',
      Account: 'WINDOWS7-3$',
      'Secure channel': 'workstation (2)',
      Computer: 'WINDOWS7-3',
      Flags: '0x612fffff',
    },
  ),
  sample(
    'NetrShareGetInfo',
    [SRVSVC, 16],
    `00000200 0d000000 00000000 0d000000 7000680078006c0061006200620061006c003800320031000000 0000
     07000000 00000000 07000000 6c00750073007400720065000000 0000 01000000`,
    { Server: 'phxlabbal821', Share: 'lustre', Level: '1' },
  ),
  sample(
    'NTLMLogin',
    [IWBEM_LEVEL1_LOGIN, 6],
    `${THIS}
     00000200 20000000 00000000 20000000
     5c005c003100370032002e00310038002e00330039002e0036005c0072006f006f0074005c0073007500620073006300720069007000740069006f006e000000
     04000200 09000000 00000000 09000000 65006e002d00550053002c0065006e000000 0000 00000000 00000000`,
    { Namespace: '\\\\172.18.39.6\\root\\subscription', Locale: 'en-US,en', Flags: '0x00000000' },
  ),
  sample(
    'SetClientInfo of WMI',
    [IWBEM_LOGIN_CLIENT_ID, 3],
    `${THIS} 00000200 0d000000 00000000 0d000000 57004f0052004b00530054004100540049004f004e0035000000 0000 4c0e0000 00000000`,
    { Client: 'WORKSTATION5', Process: '3660' },
  ),
  sample(
    'GetIDsOfNames',
    [IDISPATCH, 5],
    `${THIS} 00000000000000000000000000000000
     01000000 00000200 0c000000 00000000 0c000000 5200650067006900730074006500720058004c004c000000
     01000000 09040000`,
    { Name: 'RegisterXLL', Names: '1', Locale: '0x00000409' },
  ),
  sample(
    'Invoke',
    [IDISPATCH, 6],
    `${THIS}
     1e000000 00000000000000000000000000000000 09040000 01000000
     00000200 00000000 01000000 00000000      // one argument, not named
     01000000 55736572 58004c00               // array of one pointer; padding
     0b000000 00000000 0800 0000 0000 0000    // 88 bytes; BSTR
     08000000 e9c8ad00 18000000 30000000 18000000
     43003a005c005c00700072006f006700720061006d0064006100740061005c00630061006c0063002e0078006c006c00
     00000000 00000000 00000000`,
    {
      Member: '30',
      Locale: '0x00000409',
      Flags: '0x00000001 method',
      Argument: 'C:\\\\programdata\\calc.xll',
    },
  ),
  sample(
    'RpcAsyncOpenPrinter in NDR64',
    [IREMOTE_WINSPOOL, 0],
    `0000020000000000 0500000000000000 0000000000000000 0500000000000000 5c005c0053003100 0000
     000000000000 0000000000000000           // no data type
     0000000000000000 0000000000000000       // no device mode
     08000000`,
    { Printer: '\\\\S1', Access: '0x00000008' },
    wide,
  ),
  sample(
    'RpcAddPrinterDriverEx (strings shortened)',
    [SPOOLSS, 89],
    `00000000 02000000 02000000 f8890000
     03000000 73090000 f2ca0000 f50e0000 4f170000 a6b20000
     05000000 00000000 05000000 3100320033003400 0000 abab
     0c000000 00000000 0c000000 570069006e0064006f007700730020007800360034000000
     ${string('UNIDRV.DLL')} ${string('\\\\ws02\\mimilib.dll')} ${string('winhttp.dll')} 14800000`,
    {
      Driver: '1234',
      Environment: 'Windows x64',
      'Driver path': 'UNIDRV.DLL',
      'Data file': '\\\\ws02\\mimilib.dll',
      'Configuration file': 'winhttp.dll',
    },
  ),
]

// Made by the rules of the documents, since no clear recording was available.
export const MADE: Sample[] = [
  sample('BaseRegOpenKey', [WINREG, 15], `${HANDLE} ${counted('SOFTWARE')} ${string('SOFTWARE')} 00000000 19000200`, {
    Subkey: 'SOFTWARE',
    Options: '0x00000000',
    Access: '0x00020019',
  }),
  sample(
    'BaseRegSetValue',
    [WINREG, 22],
    `${HANDLE} ${counted('Run')} ${string('Run')} 01000000 06000000 ${utf16Of('on')} 0000 0000 06000000`,
    { Value: 'Run', Type: 'REG_SZ (1)', Data: 'on' },
  ),
  sample(
    'BaseRegQueryValue',
    [WINREG, 17],
    `${POINTER} 07000000 ${POINTER} 08000000 00000000 08000000 ${utf16Of('a')}0000 ${utf16Of('b')}0000
     ${POINTER} 08000000 ${POINTER} 08000000 00000000`,
    { Type: 'REG_MULTI_SZ (7)', Data: 'a b' },
    answer,
  ),
  sample('SamrCreateUser2InDomain', [SAMR, 50], `${HANDLE} ${counted('pc7$')} ${string('pc7$')} 80000000 b0000000`, {
    Account: 'pc7$',
    'Account type': '0x00000080',
    Access: '0x000000b0',
  }),
  sample('NetWkstaGetInfo', [WKSSVC, 0], `${POINTER} ${string('\\\\S1')} 66000000`, {
    Server: '\\\\S1',
    Level: '102',
  }),
  sample(
    'SchRpcRegisterTask',
    [TASK_SCHEDULER_SERVICE, 1],
    `${POINTER} ${string('\\Backup')} ${string('<Task/>')} 06000000 00000000 03000000`,
    { Path: '\\Backup', XML: '<Task/>', Flags: '0x00000006', 'Logon type': '3' },
  ),
  sample(
    'NetrJobAdd',
    [ATSVC, 0],
    `${POINTER} ${string('\\\\S1')} 00000000 00000000 00 10 0000 ${POINTER} ${string('cmd')}`,
    { Server: '\\\\S1', Command: 'cmd' },
  ),
  sample(
    'ExecQuery',
    [IWBEM_SERVICES, 20],
    `${THIS} ${basic('WQL')} ${basic('SELECT * FROM Win32_Service')} 30000000 00000000`,
    { Language: 'WQL', Query: 'SELECT * FROM Win32_Service', Flags: '0x00000030 return immediately forward only' },
  ),
  sample(
    'Next of a WMI enumeration, which waits forever',
    [IWBEM_WCO_SMART_ENUM, 3],
    `${THIS} ${'44'.repeat(16)} ffffffff 0a000000`,
    { 'Timeout (ms)': '-1', Objects: '10' },
  ),
  sample(
    'ExecMethod',
    [IWBEM_SERVICES, 24],
    `${THIS} ${basic('Win32_Process')} ${basic('Create')} 00000000 00000000 00000000 00000000 00000000`,
    {
      Object: 'Win32_Process',
      Method: 'Create',
      Flags: '0x00000000',
    },
  ),
  sample(
    'DRSCrackNames',
    [DRSUAPI, 12],
    `${HANDLE} 01000000 01000000
     00000000 00000000 00000000 07000000 01000000 02000000 ${POINTER} 02000000 ${POINTER} ${POINTER}
     ${string('A\\b')} ${string('c')}`,
    {
      Flags: '0x00000000',
      'Format offered': '0x00000007',
      'Format desired': '0x00000001',
      Name: 'A\\b, c',
    },
  ),
  sample(
    'DRSGetNCChanges version 8',
    [DRSUAPI, 3],
    `${HANDLE} 08000000 08000000 00000000 ${'11'.repeat(16)} ${'22'.repeat(16)} ${POINTER}
     00000000 ${'00'.repeat(24)} 00000000     // padding to 8; three USNs; no vector
     70000000 00010000 00000000 00000000 00000000 00000000 00000000
     00000000 00000000 00000000 00000000      // attribute sets, prefixes
     05000000 40000000 00000000 ${'33'.repeat(16)} ${'00'.repeat(28)} 04000000 ${utf16Of('DC=x')} 0000`,
    { 'Naming context': 'DC=x' },
  ),
]
