// What the live stream says.

const en = {
  intro: 'Every event as it arrives, and what it changes.',
};

const pt: typeof en = {
  intro: 'Cada evento à medida que chega, e o que altera.',
};

export const words = { en, pt };
