// What the frame around the screens says.

const en = {
  product: 'hundredfold',
  skip: 'To the content',
  main: 'Main',
  screens: {
    home: 'Home',
    tour: 'Tour',
    customers: 'Customers',
    import: 'Import',
    attributes: 'Attributes',
    segments: 'Segments',
    microSegments: 'Micro-segments',
    events: 'Events',
    settings: 'Settings',
  },
  language: 'Language',
  theme: 'Appearance',
  themes: { auto: 'As the machine', light: 'Light', dark: 'Dark' },
  loading: 'Loading…',
  lost: 'The connection to the server is lost. What you see may be old; it is tried again by itself.',
  unreachable: 'The server does not answer.',
  nothingHere: 'There is nothing at this address.',
  nothingHereHint: 'Choose a screen above.',
  failed: 'Something on this screen went wrong.',
  again: 'Try again',
};

const pt: typeof en = {
  product: 'hundredfold',
  skip: 'Ir para o conteúdo',
  main: 'Principal',
  screens: {
    home: 'Início',
    tour: 'Visita',
    customers: 'Clientes',
    import: 'Importar',
    attributes: 'Atributos',
    segments: 'Segmentos',
    microSegments: 'Microssegmentos',
    events: 'Eventos',
    settings: 'Definições',
  },
  language: 'Idioma',
  theme: 'Aspeto',
  themes: { auto: 'Como a máquina', light: 'Claro', dark: 'Escuro' },
  loading: 'A carregar…',
  lost: 'Perdeu-se a ligação ao servidor. O que vê pode estar desatualizado; tenta-se de novo automaticamente.',
  unreachable: 'O servidor não responde.',
  nothingHere: 'Não há nada neste endereço.',
  nothingHereHint: 'Escolha um ecrã acima.',
  failed: 'Algo correu mal neste ecrã.',
  again: 'Tentar de novo',
};

export const words = { en, pt };
