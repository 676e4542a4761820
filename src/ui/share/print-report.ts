// Prints the report of the open capture, in place of the panes that are shown.
import { REPORT_STYLE } from '../../report/style'
import type { AppState } from '../state/app-state.svelte'
import { appendMarkup } from './report-nodes'

/** Everything of the page that is not the report. */
const ONLY_THE_REPORT = '@media print { body > :not(.printed) { display: none !important } }'
const NOT_ON_SCREEN = '@media screen { .printed { display: none } }'

/** The capture whose report is being made or is open for printing. */
let printing: unknown

/** Makes the report and opens the browser's print dialog; the page is as before when that closes. */
export async function printReport({ capture, engine, notices }: AppState): Promise<void> {
  const { opened } = capture
  if (!opened || opened === printing) return
  printing = opened
  notices.say('Making the report…')
  const answer = await engine.report(opened, capture.notes?.list ?? []).finally(() => (printing = undefined))
  if (opened !== capture.opened) return
  const report = document.createElement('div')
  report.className = 'printed'
  appendMarkup(report, answer.fragment)
  const style = new CSSStyleSheet()
  style.replaceSync(`@media print { ${REPORT_STYLE} }${ONLY_THE_REPORT}${NOT_ON_SCREEN}`)
  document.body.append(report)
  document.adoptedStyleSheets.push(style)
  addEventListener(
    'afterprint',
    () => {
      report.remove()
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== style)
    },
    { once: true },
  )
  window.print()
}
