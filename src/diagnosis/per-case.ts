// Work that several rules need and that is done once for each case.

/** A function of a case that computes its result at the first call with it and returns the same result after that. */
export function perCase<File extends object, Result>(compute: (theCase: File) => Result): (theCase: File) => Result {
  const results = new WeakMap<File, { result: Result }>()
  return (theCase) => {
    let known = results.get(theCase)
    if (!known) results.set(theCase, (known = { result: compute(theCase) }))
    return known.result
  }
}
