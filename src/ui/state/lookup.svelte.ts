// What is typed into the error look-up: the start page and the dialog share it.

export class Lookup {
  text = $state('')
}
