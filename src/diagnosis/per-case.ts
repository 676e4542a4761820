// Work that several rules need and that is done once for each case.

/** A function of a case that computes its result at the first call with it and returns the same result after that. */
export function perCase<Case extends object, Result>(compute: (theCase: Case) => Result): (theCase: Case) => Result {
  const results = new WeakMap<Case, { result: Result }>()
  return (theCase) => {
    let known = results.get(theCase)
    if (!known) results.set(theCase, (known = { result: compute(theCase) }))
    return known.result
  }
}
