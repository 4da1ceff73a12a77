// The frame: navigation, language and appearance, what is wrong with the connection, and the screen.
import { Link, Outlet } from '@tanstack/react-router';
import { useId } from 'react';
import { Options } from '../ui/Field';
import './shell.css';
import { useLost } from './feed';
import { LANGUAGES, type Language } from './languages';
import { SCREENS } from './screens';
import { useRights, useSession } from './session';
import { useFrame } from './speaking';
import { useManner } from './speech';
import { type Theme, useTheme } from './theme';

export function Shell() {
  const { words: w } = useFrame();
  const rights = useRights();
  const { user, workspace } = useSession();
  const lost = useLost();
  return (
    <>
      <a className="skip" href="#content">
        {w.skip}
      </a>
      <header className="shell">
        <Link to="/" className="shell-name">
          <img src="/mark.svg" alt="" width={22} height={22} />
          <span>{w.product}</span>
        </Link>
        <nav aria-label={w.main}>
          <ul>
            {SCREENS.filter(({ shown }) => shown?.(rights) ?? true).map(({ name, path }) => (
              <li key={name}>
                <Link to={path} activeOptions={{ exact: path === '/', includeSearch: false }}>
                  {w.screens[name]}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <span className="shell-who">
          <bdi>{workspace?.name}</bdi>
          {user !== null && <bdi className="quiet">{user.name}</bdi>}
        </span>
        <Choices />
      </header>
      {lost && (
        <p className="banner warn" role="status">
          {w.lost}
        </p>
      )}
      <main id="content" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}

/** Language and appearance. */
export function Choices() {
  const { words: w } = useFrame();
  const { language, choose } = useManner();
  const [theme, setTheme] = useTheme();
  const [languages, themes] = [useId(), useId()];
  return (
    <span className="shell-choices">
      <label className="hidden" htmlFor={languages}>
        {w.language}
      </label>
      <select id={languages} value={language} onChange={(event) => choose(event.target.value as Language)}>
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
      <label className="hidden" htmlFor={themes}>
        {w.theme}
      </label>
      <select id={themes} value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
        <Options of={w.themes} />
      </select>
    </span>
  );
}
