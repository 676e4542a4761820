import { expect, test } from 'vitest'
import { neededRight, rightsOf, rightsOfPipe } from './access-rights'
import { LSARPC, SAMR, SVCCTL, WINREG } from './well-known'

test.each<[string, string, number, number, string[]]>([
  ['ROpenSCManagerW', SVCCTL, 15, 0x3, ['SC_MANAGER_CONNECT', 'SC_MANAGER_CREATE_SERVICE']],
  ['all of ROpenServiceW', SVCCTL, 16, 0xf01ff, ['SERVICE_ALL_ACCESS']],
  ['SamrOpenUser', SAMR, 34, 0x60080, ['USER_FORCE_PASSWORD_CHANGE', 'READ_CONTROL', 'WRITE_DAC']],
  ['LsarOpenPolicy2', LSARPC, 44, 0x801, ['POLICY_VIEW_LOCAL_INFORMATION', 'POLICY_LOOKUP_NAMES']],
  ['BaseRegOpenKey, 64-bit view', WINREG, 15, 0xf013f, ['KEY_ALL_ACCESS', 'KEY_WOW64_64KEY']],
  ['generic rights', WINREG, 15, 0x82000000, ['MAXIMUM_ALLOWED', 'GENERIC_READ']],
  ['an unknown bit', SVCCTL, 15, 0x400000, ['bit 0x400000']],
])('%s', (_, uuid, opnum, mask, rights) => {
  expect(rightsOf(uuid, opnum, mask)?.rights).toEqual(rights)
})

test('each mask of all rights has a name for each of its bits', () => {
  for (const [uuid, opnum] of [
    [SVCCTL, 15],
    [SVCCTL, 16],
    [SAMR, 0],
    [SAMR, 7],
    [SAMR, 34],
    [LSARPC, 44],
    [WINREG, 15],
  ] as const) {
    const specific = rightsOf(uuid, opnum, 0x3f)!.rights
    expect(specific.join()).not.toContain('bit')
  }
})

test('a method that opens nothing asks for no rights, and one that creates needs those of its parent', () => {
  expect(rightsOf(SAMR, 50, 0xf07ff)).toBeUndefined()
  expect(neededRight(SAMR, 50)).toBe('DOMAIN_CREATE_USER on the domain')
  expect(neededRight(SVCCTL, 19)).toBe('SERVICE_START on the service')
  expect(neededRight(SVCCTL, 0)).toBeUndefined()
})

test.each<[string, number, string[], boolean]>([
  ['what Windows asks of a pipe', 0x12019f, ['FILE_GENERIC_READ', 'FILE_GENERIC_WRITE'], true],
  ['generic names', 0xc0000000, ['GENERIC_WRITE', 'GENERIC_READ'], true],
  ['two bits', 0x3, ['FILE_READ_DATA', 'FILE_WRITE_DATA'], true],
  ['everything', 0x1f01ff, ['FILE_ALL_ACCESS'], false],
  ['the right to change permissions besides', 0x160089, ['FILE_GENERIC_READ', 'WRITE_DAC'], false],
  ['as much as there is', 0x2000000, ['MAXIMUM_ALLOWED'], false],
])('%s', (_, mask, rights, isUsual) => {
  expect(rightsOfPipe(mask)).toEqual({ object: 'the pipe', rights, isUsual })
})
