// The languages that people read, and which one somebody has chosen in this browser.

export type Language = 'en' | 'pt';

export const LANGUAGES: Record<Language, string> = { en: 'English', pt: 'Português' };
export const LOCALES: Record<Language, string> = { en: 'en-GB', pt: 'pt-PT' };

const KEPT = 'hundredfold-language';

export function chosenLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === 'en' || kept === 'pt') return kept;
  return navigator.language.toLowerCase().startsWith('pt') ? 'pt' : 'en';
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(KEPT, language);
}
