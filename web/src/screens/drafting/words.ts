// What is said on the way from a draft to force, of attributes and of segments.

const en = {
  publish: 'Publish',
  review: 'Look at the changes',
  publishNow: { attributes: 'Publish for all history', segments: 'Publish' },
  discard: 'Throw the draft away',
  back: 'Back',
  noChange: 'The draft says what is in force.',
  changes: 'What changes',
  followers: 'These follow from it: ',
  alsoApplied: 'Written in the files and not in force yet; it comes into force, too: ',
  conflict: {
    attributes:
      'Somebody else has changed this attribute since you began. The lines show what yours would change of it.',
    segments: 'Somebody else has changed this segment since you began. The lines show what yours would change of it.',
  },
  lastPublished: 'Last published by',
  keepMine: 'Keep mine, over theirs',
  takeTheirs: 'Take theirs, throw mine away',
  leaving: { attributes: 'This attribute is to be taken away', segments: 'This segment is to be removed' },
  leavingHint: {
    attributes: 'Profiles will not have it any more. What it said stays in its versions, and it can be brought back.',
    segments: 'It is counted no longer, and conditions can no longer name it.',
  },
  nothingNeeds: {
    attributes: 'No other attribute and no segment needs it.',
    segments: 'No other segment needs it.',
  },
  neededBy: 'These need it. Change them or take them away first:',
  follows: 'These follow from it:',
  aSegment: '(segment)',
  keepIt: { attributes: 'Keep the attribute', segments: 'Keep the segment' },
};

const pt: typeof en = {
  publish: 'Publicar',
  review: 'Ver as mudanças',
  publishNow: { attributes: 'Publicar para todo o histórico', segments: 'Publicar' },
  discard: 'Descartar o rascunho',
  back: 'Voltar',
  noChange: 'O rascunho diz o que está em vigor.',
  changes: 'O que muda',
  followers: 'Dependem dele: ',
  alsoApplied: 'Escrito nos ficheiros e ainda não em vigor; também entra em vigor: ',
  conflict: {
    attributes: 'Alguém mudou este atributo desde que começou. As linhas mostram o que o seu mudaria.',
    segments: 'Alguém mudou este segmento desde que começou. As linhas mostram o que o seu mudaria.',
  },
  lastPublished: 'Publicado por último por',
  keepMine: 'Manter o meu, por cima do outro',
  takeTheirs: 'Ficar com o outro, descartar o meu',
  leaving: { attributes: 'Este atributo vai ser retirado', segments: 'Este segmento vai ser retirado' },
  leavingHint: {
    attributes: 'Os perfis deixam de o ter. O que dizia fica nas versões, e pode ser trazido de volta.',
    segments: 'Deixa de ser contado, e as condições deixam de o poder referir.',
  },
  nothingNeeds: {
    attributes: 'Nenhum outro atributo e nenhum segmento precisa dele.',
    segments: 'Nenhum outro segmento precisa dele.',
  },
  neededBy: 'Estes precisam dele. Mude-os ou retire-os primeiro:',
  follows: 'Estes dependem dele:',
  aSegment: '(segmento)',
  keepIt: { attributes: 'Manter o atributo', segments: 'Manter o segmento' },
};

export const words = { en, pt };
