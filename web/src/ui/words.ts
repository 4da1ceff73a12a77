// What the components of every screen say.

const en = {
  trouble: 'This did not work',
  again: 'Try again',
  cancel: 'Cancel',
  copy: 'Copy',
  copied: 'Copied',
};

const pt: typeof en = {
  trouble: 'Isto não funcionou',
  again: 'Tentar de novo',
  cancel: 'Cancelar',
  copy: 'Copiar',
  copied: 'Copiado',
};

export const words = { en, pt };
