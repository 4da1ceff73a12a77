import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app/opened';
import './ui/base.css';
import { App } from './app/App';

const place = document.getElementById('app');
if (place === null) throw new Error('the page has no place for the application');
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
