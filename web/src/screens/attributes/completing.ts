// What completes the word before the cursor of a formula: attributes and functions.
export interface Offer {
  name: string;
  /** What is written for it: a function with its bracket. */
  text: string;
  told: string;
}

const WORD = /[A-Za-z_][A-Za-z0-9_]*$/;
const MOST = 8;

/** The word that ends at a place of the text. */
export function wordBefore(text: string, place: number): string {
  return WORD.exec(text.slice(0, place))?.[0] ?? '';
}

/** What begins with a word or has it within, nearest first; nothing for no word and for one that is complete. */
export function offersFor(word: string, all: Offer[]): Offer[] {
  if (word === '') return [];
  const asked = word.toLowerCase();
  const rank = (one: Offer) => {
    const name = one.name.toLowerCase();
    if (name.startsWith(asked)) return 0;
    return name.includes(asked) || one.told.toLowerCase().includes(asked) ? 1 : 2;
  };
  const found = all.filter((one) => rank(one) < 2).sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  return found.length === 1 && found[0]?.name === word ? [] : found.slice(0, MOST);
}

/** The text with an offer in the place of the word before the cursor, and where the cursor is then. */
export function completed(text: string, place: number, offer: Offer): { text: string; place: number } {
  const from = place - wordBefore(text, place).length;
  const rest = text.slice(place);
  const put = offer.text.endsWith('(') && rest.startsWith('(') ? offer.text.slice(0, -1) : offer.text;
  return { text: text.slice(0, from) + put + rest, place: from + put.length };
}
