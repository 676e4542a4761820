// What the tests ask of a browser, whichever protocol it speaks. Elements are named by XPath, which every one of them knows.

/** A browser window that a test drives. A frame that was entered is meant until it is left. */
export interface Driven {
  goto(address: string): Promise<void>
  /** Calls a function in the page and awaits what it returns. It sees nothing but its arguments and the page. */
  evaluate<Result, Given extends unknown[]>(
    script: (...given: Given) => Result | Promise<Result>,
    ...given: Given
  ): Promise<Result>
  /** Clicks an element as a person does, once it is there. */
  click(xpath: string): Promise<void>
  /** Chooses files in a file input. */
  choose(xpath: string, paths: string[]): Promise<void>
  enterFrame(xpath: string): Promise<void>
  leaveFrames(): Promise<void>
  close(): Promise<void>
}

/** A browser that may be missing on this machine. */
export interface Engine {
  name: string
  /** What has to be installed for it and is not; empty where it can run. */
  missing: string[]
  launch(): Promise<Driven>
}

/** How long a test waits for an element. */
export const PATIENCE_MILLISECONDS = 20_000
