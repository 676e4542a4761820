// Firefox ESR over WebDriver BiDi.
import puppeteer, { type Browser, type Frame, type Page } from 'puppeteer-core'
import { type Driven, type Engine, PATIENCE_MILLISECONDS } from './driven'
import { commandPath } from '../pages/browser'

const path = process.env.FIREFOX ?? commandPath('firefox-esr')

export const firefox: Engine = {
  name: 'Firefox ESR',
  missing: path ? [] : ['firefox-esr'],
  async launch() {
    const browser = await puppeteer.launch({ browser: 'firefox', executablePath: path!, headless: true })
    return new FirefoxWindow(browser, await browser.newPage())
  },
}

class FirefoxWindow implements Driven {
  #frame: Frame

  constructor(
    readonly browser: Browser,
    readonly page: Page,
  ) {
    this.#frame = page.mainFrame()
    page.setDefaultTimeout(PATIENCE_MILLISECONDS)
  }

  async goto(address: string): Promise<void> {
    await this.page.goto(address)
    this.#frame = this.page.mainFrame()
  }

  async evaluate<Result, Given extends unknown[]>(
    script: (...given: Given) => Result | Promise<Result>,
    ...given: Given
  ): Promise<Result> {
    const asked = script as (...given: unknown[]) => unknown
    return (await this.#frame.evaluate(asked, ...given)) as Result
  }

  async click(xpath: string): Promise<void> {
    await this.#frame.locator(`::-p-xpath(${xpath})`).click()
  }

  async choose(xpath: string, paths: string[]): Promise<void> {
    const input = await this.#frame.waitForSelector(`::-p-xpath(${xpath})`)
    await (await input!.toElement('input')).uploadFile(...paths)
  }

  async enterFrame(xpath: string): Promise<void> {
    const frame = await this.#frame.waitForSelector(`::-p-xpath(${xpath})`)
    this.#frame = (await frame!.contentFrame())!
  }

  leaveFrames(): Promise<void> {
    this.#frame = this.page.mainFrame()
    return Promise.resolve()
  }

  async close(): Promise<void> {
    await this.browser.close()
  }
}
