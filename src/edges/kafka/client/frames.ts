/** Serialisers that put the schema’s id before the value, by the first byte and how long the frame is. */
const frames = [
  { magic: 0, bytes: 5 }, // Confluent: four bytes of id
  { magic: 0, bytes: 9 }, // Apicurio: eight
  { magic: 3, bytes: 18 }, // AWS Glue: how it is compressed, and a UUID
] as const

const [open, list, close, listEnd] = Buffer.from('{[}]')

/**
 * The text of a value. Of JSON in the frame of a schema registry the frame says nothing that is needed and is left out; what is no
 * JSON there keeps its bytes, a character each, so that its refusal can name the schema (`formats/kit/frame.ts`).
 */
export function textOf(value: Buffer): string {
  const magic = value[0]
  if (magic !== 0 && magic !== 3) return value.toString()
  for (const frame of frames)
    if (frame.magic === magic && isJson(value, frame.bytes)) return value.toString('utf8', frame.bytes)
  return value.toString('latin1')
}

/** As far as the first and last byte tell. */
function isJson(value: Buffer, from: number): boolean {
  const [first, last] = [value[from], value.at(-1)]
  return value.length > from + 1 && ((first === open && last === close) || (first === list && last === listEnd))
}
