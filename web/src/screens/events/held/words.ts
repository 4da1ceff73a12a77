// What the tab of refused and held back events says.

const en = {
  intro: 'Events that were not taken in, and why.',
};

const pt: typeof en = {
  intro: 'Eventos que não foram aceites, e porquê.',
};

export const words = { en, pt };
