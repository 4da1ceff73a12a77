// What the tracking plan says.

const en = {
  intro: 'The events that were seen, and their fields.',
};

const pt: typeof en = {
  intro: 'Os eventos que foram vistos, e os seus campos.',
};

export const words = { en, pt };
