// What the page says, in both languages, and how it writes numbers and times.

const WORDS = {
  en: {
    title: "Years of history and what happens right now, in one exact profile",
    customer: "Customer", show: "Show", search: "Customer number", lively: "Lively ones:",
    thinking: "thinking brain", feeling: "feeling brain", now: "now", feelingPlus: "+ feeling brain", nowEquals: "= now",
    sinceThen: "what happened since", today: "today:", run: (time) => `batch of ${time}`, noRun: "no batch yet",
    buyTitle: "Buy as this customer", good: "Product", amount: (currency) => `Amount (${currency})`, buy: "Buy",
    bought: "Order sent. It counts as soon as the feed tells of it.",
    counted: (ms) => `Counted: the profile changed ${ms} ms after the click.`,
    feed: "Live feed", quiet: "Buy something: what changes shows up here.", more: (n) => `and ${n} more attributes`,
    attributes: "All attributes of the profile", attribute: "Attribute", day: (day) => `A new day: ${day}`,
    unknown: (id) => `No customer has the number ${id}.`, refused: "The order was refused:",
    lost: "The connection is lost; trying again.", group: (name) => name,
  },
  pt: {
    title: "Anos de história e o que acontece agora, em um só perfil exato",
    customer: "Cliente", show: "Mostrar", search: "Número do cliente", lively: "Os mais ativos:",
    thinking: "cérebro que pensa", feeling: "cérebro que sente", now: "agora", feelingPlus: "+ cérebro que sente", nowEquals: "= agora",
    sinceThen: "o que aconteceu depois", today: "hoje:", run: (time) => `processamento de ${time}`, noRun: "ainda sem processamento",
    buyTitle: "Comprar como este cliente", good: "Produto", amount: (currency) => `Valor (${currency})`, buy: "Comprar",
    bought: "Pedido enviado. Ele conta assim que o feed avisar.",
    counted: (ms) => `Contado: o perfil mudou ${ms} ms depois do clique.`,
    feed: "Ao vivo", quiet: "Compre algo: o que muda aparece aqui.", more: (n) => `e mais ${n} atributos`,
    attributes: "Todos os atributos do perfil", attribute: "Atributo", day: (day) => `Um novo dia: ${day}`,
    unknown: (id) => `Nenhum cliente tem o número ${id}.`, refused: "O pedido foi recusado:",
    lost: "A conexão caiu; tentando de novo.", group: (name) => ({ Value: "Valor", Time: "Tempo", Taste: "Gosto" })[name] || name,
  },
};

let language = (localStorage.getItem("language") || navigator.language || "en").startsWith("pt") ? "pt" : "en";

export function chosen() { return language; }

export function choose(other) {
  language = other;
  localStorage.setItem("language", other);
}

export function say(name, ...values) {
  const words = WORDS[language][name];
  return typeof words === "function" ? words(...values) : words;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

function number(value, digits) {
  return new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

export function money(value, currency) {
  return new Intl.NumberFormat(language, { style: "currency", currency }).format(value);
}

export function moment(text, zone, style = { dateStyle: "medium", timeStyle: "short" }) {
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : "pt", { ...style, timeZone: zone }).format(new Date(text));
}

// A value of any attribute; whole numbers without a point, others with at most two places, null as a dash.
export function value(some, zone) {
  if (some === null || some === undefined) return "–";
  if (Array.isArray(some)) return some.map((part) => value(part, zone)).join(", ") || "–";
  if (typeof some === "number") return number(some, Number.isInteger(some) ? 0 : 2);
  if (typeof some === "boolean") return some ? "✓" : "–";
  return TIME.test(some) ? moment(some, zone) : some;
}
