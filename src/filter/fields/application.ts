// Fields of HTTP, LDAP, DNS and SMB 2 messages that no table holds: their values are read from the file (read/streams).
import type { Field, FieldType } from '../field'
import { Texts } from '../sources'

function field(name: string, type: FieldType, help: string, more: Partial<Field> = {}): Field {
  const hasEntries = ['text', 'ipv4', 'ipv6'].includes(type)
  return { name, type, help, sources: [], ...(hasEntries && { entries: () => new Texts() }), ...more }
}

export const APPLICATION_FIELDS: Field[] = [
  field('http.request.method', 'text', 'Method of an HTTP request, such as GET'),
  field('http.request.uri', 'text', 'What an HTTP request is for, such as /index.html'),
  field('http.host', 'text', 'Host that an HTTP request is for'),
  field('http.response.code', 'number', 'Status of an HTTP answer, such as 401', { most: 0xffff }),
  field('ldap.resultCode', 'number', 'Result of an LDAP operation; 49 refuses the credentials'),
  field('dns.id', 'number', 'Number that an answer has from its query', { most: 0xffff }),
  field('dns.flags.response', 'boolean', 'An answer, not a query'),
  field('dns.flags.rcode', 'number', 'Result of a query; 3 says that there is no such name', { most: 15 }),
  field('dns.qry.name', 'text', 'Name that is asked for'),
  field('dns.qry.type', 'number', 'Type of record that is asked for: 1 for A, 28 for AAAA, 33 for SRV', {
    most: 0xffff,
  }),
  field('dns.a', 'ipv4', 'IPv4 address in an answer'),
  field('dns.aaaa', 'ipv6', 'IPv6 address in an answer'),
  field('smb2.flags.response', 'boolean', 'An answer, not a request'),
  field('smb2.tid', 'number', 'Tree that an SMB 2 message is for'),
]
