// Light, dark, or as the machine has it.
import { useEffect, useState } from 'react';

export type Theme = 'auto' | 'light' | 'dark';
const KEPT = 'hundredfold-theme';

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(() => {
    const kept = localStorage.getItem(KEPT);
    return kept === 'light' || kept === 'dark' ? kept : 'auto';
  });
  useEffect(() => {
    localStorage.setItem(KEPT, theme);
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return [theme, setTheme];
}
