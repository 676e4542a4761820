// Loads the tables of names: from the site in the worker, from disk in inspect.
import { Names, type NameTables } from '../../names/names'

const TABLES: (keyof NameTables)[] = ['interfaces', 'guids', 'win32', 'hresult', 'ntstatus', 'protocol']

/** Reads every table with `read`, which gets its name without folder and ending. Rejects when one cannot be read. */
export async function namesFrom(read: (table: keyof NameTables) => Promise<string>): Promise<Names> {
  const texts = await Promise.all(TABLES.map(async (table) => [table, await read(table)] as const))
  return Names.from(Object.fromEntries(texts) as unknown as NameTables)
}
