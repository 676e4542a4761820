// Parts of the site that the engine fetches when it needs them, and what is said where it does not get them. An error
// crosses from the worker by its name and message.

class PartMissing extends Error {
  override readonly name = 'PartMissing'
}

export class NoWebAssembly extends Error {
  override readonly name = 'NoWebAssembly'
}

/** A file of the site. Throws PartMissing where it cannot be had. */
export async function part(url: string): Promise<Response> {
  const response = await fetch(url).catch((error: unknown) => {
    throw new PartMissing(String(error))
  })
  if (!response.ok) throw new PartMissing(`the site answered ${response.status}`)
  return response
}
