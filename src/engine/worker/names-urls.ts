// Where the site keeps the tables of names. Files of their own: fetched when needed, never part of a script.
import guids from '../../names/data/guids.tsv?url'
import hresult from '../../names/data/hresult.tsv?url'
import interfaces from '../../names/data/interfaces.tsv?url'
import ntstatus from '../../names/data/ntstatus.tsv?url'
import protocol from '../../names/data/protocol.tsv?url'
import win32 from '../../names/data/win32.tsv?url'
import type { NameTables } from '../../names/names'

export const NAMES_URLS: Record<keyof NameTables, string> = { interfaces, guids, win32, hresult, ntstatus, protocol }
