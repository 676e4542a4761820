// Commands that take a capture which shows why a call failed, made from what the user fills in.

export const tools = ['pktmon', 'netsh trace', 'dumpcap', 'tcpdump'] as const
export type Tool = (typeof tools)[number]

export interface CaptureWish {
  tool: Tool
  /** Name or address of the other computer; empty captures everything. */
  host: string
  /** The one TCP port of interest; empty for all, as dynamic ports are not known before. */
  port: string
  /** The oldest packets give way beyond this size. */
  megabytes: number
}

const HOST = /^[\w.:-]{1,253}$/
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:.]+)$/i
/** Kerberos and names decide many failures: they are kept beside one host's packets. */
const ALWAYS = 'port 88 or port 53'

/** What is wrong with the wish, in a sentence; empty if the commands can be made. */
export function problemOf({ tool, host, port, megabytes }: CaptureWish): string {
  if (host && !HOST.test(host)) return 'A host is a name or an address, as server1.example.com or 10.0.0.6.'
  if (host && !ADDRESS.test(host) && (tool === 'pktmon' || tool === 'netsh trace'))
    return `${tool} filters by address: write the address of ${host}.`
  if (port && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535))
    return 'A port is a number from 1 to 65535.'
  if (!(Number.isFinite(megabytes) && megabytes >= 1)) return 'The size is a number of megabytes, 1 or more.'
  return ''
}

/** The lines to run: start, then, after the failing call was repeated, stop. Only for a wish without a problem. */
export function captureCommands({ tool, host, port, megabytes }: CaptureWish): { start: string[]; stop: string[] } {
  const size = Math.round(megabytes)
  switch (tool) {
    case 'pktmon': {
      const filter = [...(host ? ['-i', host] : []), ...(port ? ['-t', 'TCP', '-p', port] : [])].join(' ')
      return {
        start: [
          'pktmon filter remove',
          ...(filter ? [`pktmon filter add Faultline ${filter}`, 'pktmon filter add Kerberos -p 88'] : []),
          `pktmon start --capture --pkt-size 0 --file-name faultline.etl --file-size ${size}`,
        ],
        stop: ['pktmon stop'],
      }
    }
    case 'netsh trace': {
      const address = host ? ` ${host.includes(':') ? 'IPv6' : 'IPv4'}.Address=${host}` : ''
      return {
        start: [
          `netsh trace start capture=yes${address} packetTruncateBytes=0 traceFile=%TEMP%\\faultline.etl maxSize=${size} fileMode=circular`,
        ],
        stop: ['netsh trace stop'],
      }
    }
    case 'dumpcap':
      return {
        start: [
          'dumpcap -D',
          `dumpcap -i 1${filterOption('-f', host, port)} -b filesize:${size * 1000} -b files:2 -w faultline.pcapng`,
        ],
        stop: ['Ctrl+C'],
      }
    case 'tcpdump':
      return {
        start: [`tcpdump -i any -s 0 -C ${size} -W 2 -w faultline.pcap${filterOption('', host, port)}`],
        stop: ['Ctrl+C'],
      }
  }
}

function filterOption(option: string, host: string, port: string): string {
  const parts = [...(host ? [`host ${host}`] : []), ...(port ? [`tcp port ${port}`] : [])]
  if (parts.length === 0) return ''
  return ` ${option && `${option} `}"(${parts.join(' and ')}) or ${ALWAYS}"`
}
