// What the catalogue says.

const en = {
  title: 'Catalogue',
  intro: 'Ready attributes and segments for shops. Read one, add it as it is, or copy it and change the copy.',
  find: 'Find in the catalogue',
  show: 'Show',
  filters: {
    all: 'All of them',
    fills: 'Can be filled from your messages',
    lacks: 'Need something that is not sent yet',
  },
  kinds: { all: 'Attributes and segments', attribute: 'Attributes', segment: 'Segments' },
  kind: 'Kind',
  groups: 'Groups',
  fillsOf: (some: string, all: string) => `${some} of ${all} can be filled`,
  summary: (some: string, all: string) => `${some} of ${all} can be filled from what you send.`,
  looking: 'Your messages are still being looked at; more may turn out to be there.',
  noneFits: 'Nothing in the catalogue fits. Search for another word, or show all of them.',
  showAll: 'Show all of them',
  addGroup: 'Add the group',
  add: 'Add',
  addNamed: (name: string) => `Add ${name}`,
  copyNamed: (name: string) => `Copy and change ${name}`,
  copy: 'Copy and change',
  chosen: (count: string, one: boolean) => (one ? `${count} chosen` : `${count} chosen`),
  choose: (name: string) => `Choose ${name}`,
  addChosen: 'Add what is chosen',
  none: 'Choose none',
  isFilled: 'your messages fill it',
  needs: 'needs',
  there: 'in your shop',
  differs: 'yours says something else',
  where: 'Customers for whom',
  later: 'What the catalogue does not have',
  adding: 'Add from the catalogue',
  back: 'Back to the catalogue',
  willAdd: (count: string, one: boolean) =>
    one
      ? `${count} definition would be added, with all that it needs.`
      : `${count} definitions would be added, with all that they need.`,
  nothing: 'Everything that you chose is there already; nothing would be written.',
  clashing: 'These names exist here and say something else. Yours stay, and what is added uses yours:',
  same: 'There already, and the same:',
  shared: 'Declared with them, for they stand on these events and tables:',
  unconverted: 'Amounts that your own rule does not call money; other currencies would be added as they are:',
  others: 'Written in the files and not in force yet; it comes into force, too:',
  files: 'What is written',
  newFile: 'new file',
  fromLines: 'Category, brand, size, colour and cost stand in the lines of orders, and not in a table of products',
  publish: 'Publish for all history',
  done: (count: string, one: boolean) =>
    one
      ? `${count} definition has been added. Its values for all history are being worked out.`
      : `${count} definitions have been added. Their values for all history are being worked out.`,
  seeThem: 'See your attributes',
  toSegment: 'Go on with the segment',
  conflict: 'Somebody has changed the files meanwhile; what would be added is shown anew.',
};

const pt: typeof en = {
  title: 'Catálogo',
  intro: 'Atributos e segmentos prontos para lojas. Leia um, acrescente-o como está, ou copie-o e mude a cópia.',
  find: 'Procurar no catálogo',
  show: 'Mostrar',
  filters: {
    all: 'Todos',
    fills: 'Podem ser preenchidos com as suas mensagens',
    lacks: 'Precisam de algo que ainda não é enviado',
  },
  kinds: { all: 'Atributos e segmentos', attribute: 'Atributos', segment: 'Segmentos' },
  kind: 'Tipo',
  groups: 'Grupos',
  fillsOf: (some, all) => `${some} de ${all} podem ser preenchidos`,
  summary: (some, all) => `${some} de ${all} podem ser preenchidos com o que envia.`,
  looking: 'As suas mensagens ainda estão a ser vistas; pode haver mais.',
  noneFits: 'Nada no catálogo corresponde. Procure outra palavra, ou mostre todos.',
  showAll: 'Mostrar todos',
  addGroup: 'Acrescentar o grupo',
  add: 'Acrescentar',
  addNamed: (name) => `Acrescentar ${name}`,
  copyNamed: (name) => `Copiar e mudar ${name}`,
  copy: 'Copiar e mudar',
  chosen: (count, one) => (one ? `${count} escolhido` : `${count} escolhidos`),
  choose: (name) => `Escolher ${name}`,
  addChosen: 'Acrescentar os escolhidos',
  none: 'Não escolher nenhum',
  isFilled: 'as suas mensagens preenchem-no',
  needs: 'precisa de',
  there: 'na sua loja',
  differs: 'o seu diz outra coisa',
  where: 'Clientes para quem',
  later: 'O que o catálogo não tem',
  adding: 'Acrescentar do catálogo',
  back: 'Voltar ao catálogo',
  willAdd: (count, one) =>
    one
      ? `Seria acrescentada ${count} definição, com tudo o que precisa.`
      : `Seriam acrescentadas ${count} definições, com tudo o que precisam.`,
  nothing: 'Tudo o que escolheu já cá está; nada seria escrito.',
  clashing: 'Estes nomes existem aqui e dizem outra coisa. Os seus ficam, e o que se acrescenta usa os seus:',
  same: 'Já cá estão, iguais:',
  shared: 'Declarados com eles, pois assentam nestes eventos e tabelas:',
  unconverted: 'Valores a que a sua regra não chama dinheiro; outras moedas seriam somadas tal como estão:',
  others: 'Escrito nos ficheiros e ainda não em vigor; entra também em vigor:',
  files: 'O que se escreve',
  newFile: 'ficheiro novo',
  fromLines: 'Categoria, marca, tamanho, cor e custo estão nas linhas das encomendas, e não numa tabela de produtos',
  publish: 'Publicar para todo o histórico',
  done: (count, one) =>
    one
      ? `Foi acrescentada ${count} definição. Os valores de todo o histórico estão a ser calculados.`
      : `Foram acrescentadas ${count} definições. Os valores de todo o histórico estão a ser calculados.`,
  seeThem: 'Ver os seus atributos',
  toSegment: 'Continuar o segmento',
  conflict: 'Alguém mudou os ficheiros entretanto; o que seria acrescentado é mostrado de novo.',
};

export const words = { en, pt };
