/** Cosmos DB takes at most 1,023 bytes in an id. Source: its service quotas, per-item limits. */
const LONGEST = 1023;

/**
 * The id under which an item is stored whose own id is any text: Cosmos DB forbids `/`, `\`, `?` and `#`, and an id
 * stands in paths. Letters, digits and `-_.:$@` stay; any other code unit becomes `~` and four hex digits, so two texts
 * never share an id. Throws RangeError when the text is empty or too long.
 */
export function documentId(id: string): string {
  const encoded = id.replace(/[^A-Za-z0-9_.:$@-]/g, (unit) => `~${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  if (encoded.length === 0 || encoded.length > LONGEST) throw new RangeError('an id is empty or too long to be stored');
  return encoded;
}
