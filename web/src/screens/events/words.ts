// What the frame of this screen says; each tab has words of its own.

const en = {
  title: 'Events',
  tabs: { live: 'Live', held: 'Refused and held back', plan: 'Tracking plan' },
};

const pt: typeof en = {
  title: 'Eventos',
  tabs: { live: 'Ao vivo', held: 'Recusados e retidos', plan: 'Plano de eventos' },
};

export const words = { en, pt };
