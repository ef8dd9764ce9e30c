// Whether a name that is defined nowhere can be a slip for one that is. The same rules as in slip.py.
const SHORT = 4; // letters of a word in which one letter for another makes another word as easily as a slip
const NOT = new Set(["un", "in", "im", "non", "not", "dis", "de", "no", "a", "re"]);
const PAIRS = [
  "get set|min max|add remove|add sub|start stop|start end|begin end|first last|enable disable|encode decode",
  "read write|push pop|next prev|next previous|left right|top bottom|width height|row column|row col|open close",
  "to from|inc dec|increment decrement|lower upper|before after|attach detach|load unload|lock unlock",
  "encrypt decrypt|input output|source target|src dst|show hide|create delete|insert delete|import export",
  "send receive|client server|old new|in out|ascending descending|asc desc|horizontal vertical",
  "serialize deserialize|subscribe unsubscribe|mount unmount|any all|register unregister|connect disconnect",
  "include exclude|internal external|success failure|true false|up down|key value",
];
const OPPOSITE = new Set(PAIRS.join("|").split("|").flatMap((pair) => [pair, pair.split(" ").reverse().join(" ")]));

/** Another number, a word more or less, or the opposite of a word make another name: what it names is a thing of its own. */
export function isSlip(written, meant) {
  if ((written.match(/\d+/g) ?? []).join() !== (meant.match(/\d+/g) ?? []).join()) return false;
  const [one, other] = [words(written), words(meant)];
  if (one.join("") === other.join("")) return true;
  const [mine, theirs] = [without(one, other), without(other, one)];
  if (!mine.length || !theirs.length) return false;
  return mine.length > 1 || theirs.length > 1 || isSlipOfWord(mine[0], theirs[0]);
}

function isSlipOfWord(written, meant) {
  if (OPPOSITE.has(`${written} ${meant}`)) return false;
  const [shorter, longer] = written.length < meant.length ? [written, meant] : [meant, written];
  if (longer.endsWith(shorter) && NOT.has(longer.slice(0, -shorter.length))) return false;
  const letters = (word) => [...word].sort().join("");
  return written.length !== meant.length || written.length >= SHORT || letters(written) === letters(meant);
}

function words(name) {
  return (name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_a-zA-Z]+/g) ?? []).map((word) => word.toLowerCase());
}

function without(words, others) {
  const left = [...others];
  return words.filter((word) => {
    const at = left.indexOf(word);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}
