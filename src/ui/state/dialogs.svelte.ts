// The dialog over the page. At most one is open.

export type Dialog =
  | 'help'
  | 'comment'
  | 'go to frame'
  | 'share'
  | 'about'
  | 'columns'
  | 'save'
  | 'palette'
  | 'errors'
  | 'marks'
  | 'colouring'
  | 'profiles'
  | 'decode as'
  | 'secrets'
  | 'licences'

export class Dialogs {
  open = $state<Dialog>()

  show(dialog: Dialog): void {
    this.open = dialog
  }

  /** Opens or closes one dialog; closing another than the open one changes nothing. */
  set(dialog: Dialog, isOpen: boolean): void {
    if (isOpen) this.open = dialog
    else if (this.open === dialog) this.open = undefined
  }

  close(): void {
    this.open = undefined
  }
}
