// What the login says.

const en = {
  title: 'Log in',
  name: 'Name',
  password: 'Password',
  enter: 'Log in',
  wrong: 'The name or the password is wrong.',
  wait: 'Too many wrong passwords. Try again in half a minute.',
  busy: 'Many log in just now. Try again in a moment.',
  ended: 'Your session is over. Log in again: this page stays where you were.',
  nobody: 'Nobody can log in yet.',
  nobodyHint: 'On the machine of the server, type this. It shows a password once:',
  forgottenShort: 'Password forgotten?',
  forgotten: 'An admin can reset it in the settings. On the machine of the server, this does:',
};

export type Words = typeof en;

const pt: Words = {
  title: 'Iniciar sessão',
  name: 'Nome',
  password: 'Palavra-passe',
  enter: 'Entrar',
  wrong: 'O nome ou a palavra-passe não estão certos.',
  wait: 'Demasiadas palavras-passe erradas. Tente outra vez dentro de meio minuto.',
  busy: 'Há muitas pessoas a entrar neste momento. Tente daqui a pouco.',
  ended: 'A sua sessão terminou. Inicie sessão outra vez: esta página fica onde estava.',
  nobody: 'Ainda ninguém pode iniciar sessão.',
  nobodyHint: 'Na máquina do servidor, escreva isto. Mostra uma palavra-passe uma única vez:',
  forgottenShort: 'Esqueceu-se da palavra-passe?',
  forgotten: 'Um administrador pode repô-la nas definições. Na máquina do servidor, faça:',
};

export const words = { en, pt };
